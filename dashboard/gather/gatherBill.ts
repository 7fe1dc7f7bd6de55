import { DAY_MS, minorUnits, type Window } from '../../model/index.js';
import type { BillData } from '../DashboardData.js';
import { scaled } from './decimals.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** What a tenant is billed, as billing says it. Amounts are exact decimals. */
export interface BilledTenant {
  readonly tenant_id: string;
  readonly billed: string;
  /** The part that grows with usage; fixed amounts do not. */
  readonly usage: string;
  readonly lines: BillData['tenants'][number]['lines'];
}

/** A month's bill, given by whoever may read billing. */
export interface BillInput extends Omit<BillData, 'tenants'> {
  readonly window: Window;
  readonly tenants: readonly BilledTenant[];
}

/** Lines told of a tenant; a rate card has as many as it has prices. */
const LINES = 20;

/** The bill as the page shows it: largest first, a forecast where the month runs, lines of those looked at closely. */
export function gatherBill(input: BillInput, close: ReadonlySet<string>, places: TenantPlaces): BillData {
  const { window, tenants, ...rest } = input;
  const ratio = monthRatio(window, input.through);
  const decimals = minorUnits(input.currency);
  return {
    ...rest,
    tenants: [...tenants]
      .sort((a, b) => Number(scaled(b.billed) - scaled(a.billed)) || (a.tenant_id < b.tenant_id ? -1 : 1))
      .map(({ tenant_id, billed, usage, lines }) => ({
        tenant: places.of(tenant_id),
        billed,
        forecast: ratio === null ? null : (Number(billed) + Number(usage) * (ratio - 1)).toFixed(decimals),
        lines: close.has(tenant_id) ? lines.slice(0, LINES) : [],
      })),
  };
}

/** How many times the part of the month that has passed the whole is; null when less than a day has, or all of it. */
function monthRatio(month: Window, through: number | null): number | null {
  if (through === null || through >= month.end || through - month.start < DAY_MS) return null;
  return (month.end - month.start) / (through - month.start);
}
