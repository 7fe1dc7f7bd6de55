import { isObject } from '../jsonObject.js';
import type { LoggerFields } from './LoggerFields.js';
import { type Thrown, thrownOfTrace } from './thrown.js';

const NOTHING: ReadonlySet<string> = new Set(['', 'null', 'nil', '<nil>']);

/** The error of a line. */
export interface TakenThrown extends Thrown {
  /** True when the line speaks of an error at all. */
  readonly found: boolean;
  readonly stack: string | null;
}

/** The error of a line: what its fields say, else what its stack trace does. */
export function takeThrown(app: Readonly<Record<string, unknown>>, fields: LoggerFields): TakenThrown {
  const type = fields.take('errorType', asWord);
  const message = fields.take('errorMessage', asWord);
  const stack = fields.take('errorStack', asTrace);
  const told = type !== null && message !== null ? null : stack === null ? structlog(app) : thrownOfTrace(stack);
  return {
    found: type !== null || message !== null || stack !== null || told !== null,
    type: type ?? told?.type ?? null,
    message: message ?? told?.message ?? null,
    stack,
  };
}

/** structlog's tracebacks as objects, which stay attributes: the error that was raised comes first. */
function structlog({ exception }: Readonly<Record<string, unknown>>): Thrown | null {
  const first: unknown = Array.isArray(exception) ? exception[0] : undefined;
  if (!isObject(first) || typeof first.exc_type !== 'string') return null;
  return { type: first.exc_type, message: asWord(first.exc_value) };
}

function asTrace(value: unknown): string | null {
  return typeof value === 'string' && thrownOfTrace(value) !== null ? value : null;
}

/** A text that says something; Go prints its absent errors. */
export function asWord(value: unknown): string | null {
  return typeof value === 'string' && !NOTHING.has(value) ? value : null;
}
