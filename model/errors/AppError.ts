import { ERROR_CODES, type ErrorCode } from './errorCodes.js';

/** What an {@link AppError} tells its reader besides the one-line summary. */
export interface AppErrorDetails {
  /** What would have been accepted, in words. */
  readonly expected?: string;
  /** What came instead, shortened by the caller when it may be long. */
  readonly got?: string;
  /** Where: `file:line:column`, a path, a flag. */
  readonly where?: string;
  /** The next thing the reader can do about it. */
  readonly hint?: string;
  /** The error underneath, kept for `--debug`. */
  readonly cause?: unknown;
}

/**
 * The one error class of the project. The `code` decides the exit code; the message says what was expected, what came,
 * where, and what to do. Anything else that reaches the command line is a defect and ends as INTERNAL.
 *
 * @example
 * throw new AppError('INPUT_NOT_FOUND', 'cannot read the input', { got: './recrods', hint: 'check the path given to --input' });
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** What happened, in one line and without the details. */
  readonly summary: string;
  readonly details: AppErrorDetails;

  constructor(code: ErrorCode, summary: string, details: AppErrorDetails = {}) {
    super(renderMessage(summary, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.summary = summary;
    this.details = details;
  }

  /** The sysexits code a process should end with for this error. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }
}

function renderMessage(summary: string, details: AppErrorDetails): string {
  const place = details.where === undefined ? '' : `${details.where}: `;
  const expected = details.expected === undefined ? '' : `: expected ${details.expected}`;
  const joiner = details.expected === undefined ? ': got ' : ', got ';
  const got = details.got === undefined ? '' : `${joiner}${details.got}`;
  const hint = details.hint === undefined ? '' : `\n  ${details.hint}`;
  return `${place}${summary}${expected}${got}${hint}`;
}

/** The operating system's short code of an error (`ENOENT`, `ENOSPC` …), or undefined when it has none. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The first line of any thrown value, for use inside another message. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
