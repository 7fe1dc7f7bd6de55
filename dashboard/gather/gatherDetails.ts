import { addDays, DAY_MS, HOUR_MS, utcDayOf, type Window } from '../../model/index.js';
import { amountText, decimalsOf, type Engine, serviceByHour, type TopUse, topUses } from '../../queries/index.js';
import type { HourQuality, ServiceData, TenantDetail, TopEntry } from '../DashboardData.js';
import { askReport } from './askReport.js';
import { cutName } from './cutName.js';
import type { GatheredCallers } from './gatherCallers.js';
import { short } from './gatherService.js';
import { ownBaseline } from './ownBaseline.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** How far back a tenant's own past is looked at. */
export const BASELINE_MS = 28 * DAY_MS;
/** Operations and resources that are told of a tenant and service. */
const TOP = 5;

/** Looks closely at some tenants, in one window. */
export async function gatherDetails(
  engine: Engine,
  about: {
    readonly window: Window;
    readonly hours: readonly HourQuality[];
    readonly services: readonly ServiceData[];
    readonly tenants: readonly string[];
    readonly places: TenantPlaces;
    readonly callers: GatheredCallers;
  },
): Promise<readonly TenantDetail[]> {
  const { window, hours, services, tenants, places, callers } = about;
  const details = new Map(tenants.map((id) => [id, emptyDetail(places.of(id))]));
  for (const { service, basis } of services) {
    const measured = { service, basis };
    const since = { start: window.start - BASELINE_MS, end: window.end };
    const byHour = await serviceByHour(engine, measured, since, tenants);
    const heard = new Set(byHour.map(({ hour }) => hour));
    const uses = { tenants, top: TOP };
    const operations = await topUses(engine, measured, window, { ...uses, dimension: 'operation' });
    const resources = await topUses(engine, measured, window, { ...uses, dimension: 'resource' });
    for (const id of tenants) {
      const own = new Map(
        byHour
          .filter(({ tenant_id }) => tenant_id === id)
          .map(({ hour, amount }) => [hour, Number(amount) / 10 ** decimalsOf(basis)]),
      );
      if (own.size === 0) continue;
      const baseline = ownBaseline(own, heard, window);
      const amounts = hours.map(({ hour, state }) => {
        const known = heard.has(hour) || state === 'complete' || state === 'incomplete';
        return state === 'missing' || !known ? null : short(own.get(hour) ?? 0);
      });
      const total = [...own].reduce((sum, [hour, amount]) => sum + (hour >= window.start ? amount : 0), 0);
      details.get(id)?.services.push({
        service,
        amounts,
        ...baseline,
        ...callers.of(id, service),
        operations: entriesOf(operations, id, basis, total),
        resources: entriesOf(resources, id, basis, total),
      });
    }
  }
  await addQuotas(engine, window, details);
  await addCorrections(engine, window, details);
  return [...details.values()];
}

type Detail = TenantDetail & {
  readonly services: TenantDetail['services'][number][];
  readonly quotas: TenantDetail['quotas'][number][];
  readonly corrections: TenantDetail['corrections'][number][];
};

const emptyDetail = (tenant: number): Detail => ({ tenant, services: [], quotas: [], corrections: [] });

function entriesOf(uses: readonly TopUse[], id: string, basis: string, total: number): readonly TopEntry[] {
  const decimals = decimalsOf(basis);
  return uses
    .filter(({ tenant_id, name }) => tenant_id === id && name !== '')
    .map(({ name, amount }) => ({
      name: cutName(name),
      amount: amountText(amount, decimals),
      part: total === 0 ? 0 : short(Number(amount) / 10 ** decimals / total),
    }));
}

async function addQuotas(engine: Engine, window: Window, details: ReadonlyMap<string, Detail>): Promise<void> {
  const { rows } = await askReport(engine, 'quota-usage', [], window);
  for (const row of rows) {
    details.get(row.text('tenant_id'))?.quotas.push({
      quota: row.text('quota'),
      service: row.text('service'),
      meter: row.text('meter'),
      per: row.text('per'),
      peak_at: Date.parse(row.text('peak_at')),
      used: row.text('used'),
      limit: row.text('limit'),
      share: row.number('tenant_share'),
    });
  }
}

/** What was booked since the window began for the hours of four weeks before: figures that have been told already, and moved. */
async function addCorrections(engine: Engine, window: Window, details: ReadonlyMap<string, Detail>): Promise<void> {
  const bookedBy = addDays(utcDayOf(window.start), -1);
  const before = { start: window.start - BASELINE_MS + HOUR_MS, end: window.start };
  const { rows } = await askReport(engine, 'restatement', [`booked_by=${bookedBy}`], before);
  for (const row of rows) {
    // What was never told before is not a correction of it.
    if (row.text('reason') === 'duplicate' || row.number('before') === 0) continue;
    details.get(row.text('tenant_id'))?.corrections.push({
      service: row.text('service'),
      meter: row.text('meter'),
      unit: row.text('unit'),
      reason: row.text('reason'),
      before: row.text('before'),
      change: row.text('change'),
      after: row.text('after'),
      last_booked: row.text('last_booked'),
    });
  }
}
