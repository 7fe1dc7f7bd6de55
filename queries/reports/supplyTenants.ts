import { AppError, isTenantId } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import type { ParameterValues } from './parameters.js';
import type { Report } from './Report.js';

/**
 * Gives a report's list of tenants where none was given: every tenant that lake or registry knows, one that left included,
 * so that totals hold. The list stands in the statement because Athena reads injected partitions only by static values.
 */
export async function supplyTenants(engine: Engine, report: Report, given: ParameterValues): Promise<ParameterValues> {
  const open = report.params.filter(({ name, type }) => type === 'tenant_ids' && given[name] === undefined);
  if (open.length === 0) return given;
  const answer = await engine.query(
    'select tenant_id from tenants union select emitter from booked_events order by tenant_id',
  );
  // An empty list is no SQL; a lake without tenants answers the same for a tenant that always exists.
  const tenants = answer.rows.length === 0 ? ['_unknown'] : answer.rows.map(([tenant]) => String(tenant));
  const stranger = tenants.find((tenant) => !isTenantId(tenant));
  if (stranger !== undefined) {
    throw new AppError('LAKE_DAMAGED', 'the bookings name an emitter that is no tenant', {
      got: JSON.stringify(stranger.slice(0, 80)),
    });
  }
  return { ...given, ...Object.fromEntries(open.map(({ name }) => [name, tenants])) };
}
