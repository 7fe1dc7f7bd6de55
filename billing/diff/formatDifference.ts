import { CAUSES, type Change, type Difference } from './Difference.js';

const SHOWN = 20;

/** A difference for people: the totals, what explains it, and the largest changes. */
export function formatDifference({ before, after, period, currency, difference, causes, changes }: Difference): string {
  const head = `${period}: version ${before.version} ${before.total} ${currency}, version ${after.version} ${after.total} ${currency}, difference ${difference}`;
  if (changes.length === 0) return `${head}\n  no charge differs`;
  const largest = [...changes]
    .sort((a, b) => Math.abs(Number(b.difference)) - Math.abs(Number(a.difference)))
    .slice(0, SHOWN);
  return [
    head,
    ...CAUSES.filter((cause) => causes[cause] !== '0').map((cause) => `  ${cause.padEnd(9)} ${causes[cause]}`),
    `${changes.length} changes${changes.length > SHOWN ? `, the largest ${SHOWN}` : ''}:`,
    ...largest.map((change) => `  ${lineOf(change)}`),
  ].join('\n');
}

function lineOf({ tenant_id, sku, day, difference, causes, account, ...change }: Change): string {
  const why = Object.entries(causes).map(([cause, part]) => `${cause} ${part}`);
  const { quantity_before: then, quantity_after: now } = change;
  const quantity = then === now ? [] : [`quantity ${then ?? 'none'} to ${now ?? 'none'}`];
  const moved = account === null ? [] : [`account ${account.before} to ${account.after}`];
  return `${tenant_id} ${sku} ${day}: ${difference} (${[...why, ...quantity, ...moved].join(', ')})`;
}
