import { AppError, type Config, isReservedTenant } from '../model/index.js';

/** Refuses a `--tenant` that is neither registered nor reserved. Throws PARAMETER_INVALID. */
export function requireTenant(tenant: string | undefined, { tenants }: Pick<Config, 'tenants'>): void {
  if (tenant === undefined || isReservedTenant(tenant) || tenants.some(({ id }) => id === tenant)) return;
  throw new AppError('PARAMETER_INVALID', 'no such tenant', {
    where: '--tenant',
    expected: 'a registered tenant, or a reserved one such as _idle',
    got: JSON.stringify(tenant),
    hint: 'tenantscope tenant list names them',
  });
}
