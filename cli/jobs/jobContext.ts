import { AppError } from '../../model/index.js';
import type { CliContext } from '../CliContext.js';

/** What Lambda tells a function of its invocation. */
export interface Invocation {
  /** Milliseconds until the function is ended. */
  getRemainingTimeInMillis(): number;
}

/** What a job works with: what a verb does, and when it will be ended. */
export interface JobContext extends CliContext {
  /** The function is ended then, epoch milliseconds. */
  readonly endsAt: number;
}

/** What a job keeps to end by itself. */
const KEPT_MS = 60_000;

/**
 * The handler of a deployed function: the job with this process's environment, output and clock. A minute before it would be
 * ended its signal says so. What it throws is Lambda's to count.
 */
export function handlerOf<T>(
  job: (event: unknown, context: JobContext) => Promise<T>,
): (event: unknown, invocation: Invocation) => Promise<T> {
  return async (event, invocation) => {
    const remaining = invocation.getRemainingTimeInMillis();
    const ending = new AbortController();
    const over = new AppError('INTERRUPTED', 'the time of the function is over; the next run goes on');
    const timer = setTimeout(() => ending.abort(over), Math.max(0, remaining - KEPT_MS));
    try {
      return await job(event, {
        ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env },
        ...{ clock: Date.now, signal: ending.signal, endsAt: Date.now() + remaining },
      });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** A variable that the stack sets for every job. Throws CONFIG_INVALID. */
export function variable({ env }: JobContext, name: `TENANTSCOPE_${string}`): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new AppError('CONFIG_INVALID', 'a variable of the function is not set', {
    where: name,
    expected: 'the value that the stack PREFIX-jobs gives it',
    got: 'nothing',
    hint: 'deploy the stack again',
  });
}
