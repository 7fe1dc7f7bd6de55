import { type Config, isReservedTenant, METERS, nearestWord } from '../model/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { unknownName } from './oneOf.js';

/** Refuses a `--tenant` that is neither registered nor reserved. Throws PARAMETER_INVALID that names the nearest. */
export function requireTenant(tenant: string | undefined, { tenants }: Pick<Config, 'tenants'>): void {
  if (tenant === undefined || isReservedTenant(tenant) || tenants.some(({ id }) => id === tenant)) return;
  throw unknownName('PARAMETER_INVALID', 'no such tenant', {
    where: '--tenant',
    expected: 'a registered tenant, or a reserved one such as _idle',
    got: tenant,
    known: tenants.map(({ id }) => id),
    hint: 'tenantscope tenant list names them',
  });
}

/**
 * Says so when a name is neither registered nor reserved, for commands that answer about tenants and services that are gone
 * from the registry as well: a mistyped name would look like one without data.
 */
export function warnUnknown(
  { tenant, service }: { readonly tenant?: string | undefined; readonly service?: string | undefined },
  config: Config,
  context: CliContext,
): void {
  const tenants: readonly string[] = config.tenants.map(({ id }) => id);
  if (tenant !== undefined && tenants.length > 0 && !tenant.startsWith('_') && !tenants.includes(tenant))
    printNote(context, `warning: no tenant ${JSON.stringify(tenant)} is registered${offer(tenant, tenants)}`);
  const services = servicesOf(config);
  if (service !== undefined && !service.startsWith('_') && !services.includes(service))
    printNote(context, `warning: no meter has the service ${JSON.stringify(service)}${offer(service, services)}`);
}

/** The services that are metered: the built-in ones and those of the project file, by name. */
export function servicesOf({ meters }: Pick<Config, 'meters'>): readonly string[] {
  return [...new Set([...METERS, ...meters].map(({ service }) => service))].sort();
}

function offer(name: string, known: readonly string[]): string {
  const near = nearestWord(name, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
