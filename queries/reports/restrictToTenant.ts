import { AppError, type TenantId } from '../../model/index.js';
import type { Report } from './Report.js';

const TENANT_TYPES: ReadonlySet<string> = new Set(['tenant_id', 'tenant_ids']);

/** True for a report that a principal of one tenant may run: one that reads one tenant's rows only, which lint has proven. */
export function isForOneTenant(report: Report): boolean {
  return report.scope === 'tenant' && report.params.some(({ type }) => type === 'tenant_id');
}

/** Refuses a report that reads more than one tenant's rows. Throws PERMISSION_DENIED. */
export function requireOneTenant(report: Report, tenant: TenantId): void {
  if (isForOneTenant(report)) return;
  throw new AppError('PERMISSION_DENIED', `${report.name} reads the rows of more than one tenant`, {
    expected: `a report of scope tenant, since this is run as ${tenant}`,
    got: `scope ${report.scope}`,
    hint: 'see which there are with: tenantscope report list',
  });
}

/**
 * The `name=value` pairs of a report run as one tenant: each parameter that names tenants is that tenant, given or not.
 * Throws PERMISSION_DENIED when another is given.
 */
export function restrictToTenant(report: Report, pairs: readonly string[], tenant: TenantId): readonly string[] {
  const names = report.params.filter(({ type }) => TENANT_TYPES.has(type)).map(({ name }) => name);
  const others = pairs.filter((pair) => {
    const [name = '', ...rest] = pair.split('=');
    if (!names.includes(name)) return true;
    if (rest.join('=') === tenant) return false;
    throw new AppError('PERMISSION_DENIED', 'another tenant is not yours to read', {
      where: `--param ${name}`,
      expected: tenant,
      got: JSON.stringify(rest.join('=').slice(0, 80)),
    });
  });
  return [...others, ...names.map((name) => `${name}=${tenant}`)];
}
