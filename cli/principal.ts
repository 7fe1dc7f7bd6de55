import { AppError, isCustomerTenantId, type TenantId } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/** The variable that holds every command of a process to one tenant. */
const VARIABLE = 'TENANTSCOPE_TENANT';

/** What of the command line a principal of one tenant may use. */
const ALLOWED: ReadonlySet<string> = new Set(['report list', 'report show', 'report run', 'report explain']);

/**
 * The one tenant a command is held to: `--as-tenant`, or TENANTSCOPE_TENANT, which a flag cannot widen. Undefined for the
 * platform's own people. A variable that is set and no tenant's id holds back everything: it was meant to hold back something.
 * Throws USAGE, CONFIG_INVALID, PERMISSION_DENIED.
 */
export function principalOf(flags: { readonly asTenant?: string }, { env }: CliContext): TenantId | undefined {
  const fixed = env[VARIABLE];
  if (fixed !== undefined && !isCustomerTenantId(fixed)) {
    throw new AppError('CONFIG_INVALID', 'not the id of a tenant', {
      where: `environment variable ${VARIABLE}`,
      expected: 'the id of a customer; unset it to work as the platform',
      got: JSON.stringify(fixed.slice(0, 80)),
    });
  }
  const asked = flags.asTenant;
  if (asked === undefined) return fixed;
  if (!isCustomerTenantId(asked)) {
    throw new AppError('USAGE', '--as-tenant is not usable', {
      expected: 'the id of a customer; the reserved tenants are nobody to be',
      got: JSON.stringify(asked.slice(0, 80)),
    });
  }
  if (fixed === undefined || fixed === asked) return asked;
  throw new AppError('PERMISSION_DENIED', `this process is held to another tenant by ${VARIABLE}`, {
    where: '--as-tenant',
    expected: fixed,
    got: asked,
  });
}

/** Refuses a command that a process held to one tenant may not run. Throws PERMISSION_DENIED. */
export function requireAllowed(command: string, context: CliContext): void {
  const fixed = principalOf({}, context);
  if (fixed === undefined || ALLOWED.has(command)) return;
  throw new AppError('PERMISSION_DENIED', `${command} reads or changes more than one tenant's data`, {
    expected: `${[...ALLOWED].join(', ')}, since ${VARIABLE} is ${fixed}`,
    got: command,
  });
}
