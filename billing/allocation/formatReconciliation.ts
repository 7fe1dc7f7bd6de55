import { addDays } from '../../model/index.js';
import { decimalText } from '../decimalText.js';
import { type CostReconciliation, RECONCILE_DECIMALS } from './reconcileCosts.js';

const text = (value: bigint): string => decimalText(value, RECONCILE_DECIMALS);

/** A reconciliation for people: a line a service and day, then what is not compared. */
export function formatReconciliation({ tolerance, days, others, reconciled }: CostReconciliation): string {
  const head = ['service', 'days', 'bill', 'metered × list', 'residual', 'reconciled'];
  const lines = days.map((entry) => [
    entry.service,
    entry.end === addDays(entry.start, 1) ? entry.start : `${entry.start} until ${entry.end}`,
    text(entry.billed),
    entry.metered === null ? '-' : text(entry.metered),
    text(entry.residual),
    entry.reconciled ? 'yes' : `no: ${entry.why}`,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const row = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column >= 2 && column <= 4 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    `${reconciled ? 'reconciled' : 'not reconciled'} with the bill: residual at most ${tolerance} % of each`,
    ...[head, ...lines].map((line) => `  ${row(line)}`),
    ...[...others].sort().map(([category, sum]) => `  not compared, ${category}: ${text(sum)}`),
  ].join('\n');
}

/** The same for programs: amounts as exact decimal text. */
export function reconciliationAsObject({ tolerance, days, others, reconciled }: CostReconciliation): object {
  return {
    reconciled,
    tolerance_percent: tolerance,
    days: days.map((entry) => ({
      ...entry,
      billed: text(entry.billed),
      allocated: text(entry.allocated),
      metered: entry.metered === null ? null : text(entry.metered),
      residual: text(entry.residual),
    })),
    not_compared: Object.fromEntries([...others].sort().map(([category, sum]) => [category, text(sum)])),
  };
}
