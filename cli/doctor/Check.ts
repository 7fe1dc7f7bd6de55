import { AppError, messageOf } from '../../model/index.js';
import { counted } from '../counted.js';

/** What one check of `tenantscope doctor` found. */
export interface Check {
  readonly name: string;
  /** `warning` and `skipped` do not make the command fail. */
  readonly state: 'ok' | 'warning' | 'wrong' | 'skipped';
  /** What is there, in a line. */
  readonly found: string;
  /** What to do about it, where there is something to do. */
  readonly mend?: string;
}

/** A check whose error is its finding: a doctor that falls over tells nothing of the rest. */
export async function checkOf(name: string, look: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    const known = error instanceof AppError ? error : undefined;
    const hint = known?.details.hint;
    return { name, state: 'wrong', found: messageOf(error), ...(hint === undefined ? {} : { mend: hint }) };
  }
}

/** The checks as people read them, and how many are wrong in the last line. */
export function formatChecks(checks: readonly Check[]): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, mend }) => [
    `${state.padEnd(7)}  ${name.padEnd(width)}  ${found}`,
    ...(mend === undefined ? [] : [`${' '.repeat(width + 11)}${mend}`]),
  ]);
  const count = (state: Check['state']): number => checks.filter((one) => one.state === state).length;
  const [wrong, warnings] = [count('wrong'), count('warning')];
  const sum = wrong + warnings === 0 ? 'nothing is wrong' : `${wrong} wrong, ${counted(warnings, 'warning')}`;
  return [...lines, '', sum].join('\n');
}
