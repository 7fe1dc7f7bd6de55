import type { QuotaUse } from '../planner/index.js';
import { printable } from './printable.js';

/** What `tenantscope quota` found, as data. */
export interface QuotaAnswer {
  readonly tenants: number;
  readonly cells: number;
  /** The window that was measured, ISO; null where there is no ledger. */
  readonly measured: { readonly start: string; readonly end: string } | null;
  readonly limits: readonly QuotaUse[];
  /** Names of limits whose use nobody knows here. */
  readonly unknown: readonly string[];
  /** Rows of the report quota-usage: limits of metered services (tenantscope.yaml, `quotas`); empty without a ledger. */
  readonly metered: readonly Readonly<Record<string, unknown>>[];
}

/** So many tenants are named with a limit. */
const NAMED = 3;

/** The answer as text for people. */
export function formatQuota(answer: QuotaAnswer): string {
  const { limits, unknown, metered, measured } = answer;
  const lines = [
    `${answer.tenants} tenants in ${answer.cells} ${answer.cells === 1 ? 'cell' : 'cells'}; ${measured === null ? 'no ledger: nothing is measured' : `measured from ${measured.start} to ${measured.end}`}`,
    '',
    `${'now'.padStart(8)}${'x10'.padStart(9)}${'x100'.padStart(9)}${'fits'.padStart(9)}  limit`,
    ...limits.map(
      (use) =>
        `${percent(use.share)}${percent(use.at10, 9)}${percent(use.at100, 9)}${(use.headroom === null ? '-' : `${use.headroom}x`).padStart(9)}  ${use.limit}: ${amount(use.used)} of ${amount(use.quota)} ${use.unit}${mostOf(use)}`,
    ),
    '',
    ...firstToBreak(limits),
  ];
  const totals = new Map(metered.map((row) => [row.quota, row]));
  if (totals.size > 0) {
    lines.push('', 'metered services, in their busiest period');
    for (const row of totals.values())
      lines.push(
        `${percent(Number(row.total_share))}  ${printable(String(row.quota))}: ${amount(Number(row.total))} of ${amount(Number(row.limit))} a ${row.per}; days until it is reached: ${row.days_until_limit}`,
      );
  }
  if (unknown.length > 0) lines.push('', `use not known here: ${unknown.join(', ')}`);
  return lines.join('\n');
}

/** Limits by how many times as many tenants pass them, the fewest first. */
function firstToBreak(limits: readonly QuotaUse[]): readonly string[] {
  const breaking = limits
    .flatMap((use) => (use.headroom === null ? [] : [{ ...use, at: use.headroom + 1 }]))
    .sort((a, b) => a.at - b.at);
  const [first] = breaking;
  if (first === undefined) return ['no limit is passed by growth alone'];
  return [
    `what breaks first: ${first.limit}, ${first.at <= 1 ? 'already' : `with ${first.at} times the tenants`} (${first.remedy})`,
    ...[10, 100].map((times) => {
      const passed = breaking.filter(({ at }) => at <= times);
      return `with ${times} times the tenants: ${passed.length === 0 ? 'nothing' : passed.map(({ name, remedy }) => `${name} (${remedy})`).join('; ')}`;
    }),
  ];
}

function mostOf({ tenants }: QuotaUse): string {
  const most = tenants.slice(0, NAMED);
  // Where all use the same, no name says anything.
  if (most.length === 0 || most[0]?.used === tenants.at(-1)?.used) return '';
  return `; most by ${most.map(({ tenant_id, used }) => `${printable(tenant_id)} ${amount(used)}`).join(', ')}`;
}

/** To three digits below a hundred, whole numbers above: more would be noise beside a limit. */
const amount = (value: number): string =>
  value < 100
    ? value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
    : Math.round(value).toLocaleString('en-US');

const percent = (share: number, width = 8): string =>
  `${share > 0 && share < 0.001 ? '<0.1' : (share * 100).toFixed(1)} %`.padStart(width);
