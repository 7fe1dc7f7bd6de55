import { parseFluentBitVersion, SIDECAR_DEFAULTS, SIDECAR_NAMES, type SidecarOptions } from '../fluentbit/index.js';
import {
  AppError,
  type Config,
  isReservedTenant,
  nearestWord,
  RESERVED_TENANTS,
  type TenantId,
} from '../model/index.js';
import { unknownName } from './oneOf.js';

/** Flags of `sidecar render`. */
export interface SidecarFlags {
  readonly tenant?: string;
  /** Of a namespace of `shared_namespaces` instead of a tenant's. */
  readonly shared?: true;
  readonly namespace?: string;
  readonly container: string;
  readonly cluster: string;
  readonly region: string;
  readonly stream?: string;
  readonly fluentBitVersion: string;
  readonly image: string;
  readonly roleArn?: string;
  readonly aggregate: boolean;
  readonly compression: string;
  readonly bufferMib: string;
  readonly restrictEgress?: true;
}

/** The options a sidecar is rendered from. Throws USAGE naming the flag, what it takes and what came. */
export function sidecarOptions(flags: SidecarFlags, config: Config): SidecarOptions {
  checkNames({
    container: flags.container,
    cluster: flags.cluster,
    region: flags.region,
    stream: flags.stream,
    image: flags.image,
    'role-arn': flags.roleArn,
  });
  if (flags.compression !== 'none' && flags.compression !== 'gzip')
    refuse('compression', 'none or gzip', flags.compression);
  const bufferMiB = Number(flags.bufferMib);
  if (!Number.isSafeInteger(bufferMiB) || bufferMiB < 64 || bufferMiB > 65_536) {
    refuse('buffer-mib', 'a whole number from 64 to 65536', flags.bufferMib);
  }
  return {
    ...emitterOf(flags, config),
    container: flags.container,
    cluster: flags.cluster,
    region: flags.region,
    version: parseFluentBitVersion(flags.fluentBitVersion),
    image: flags.image,
    roleArn: flags.roleArn,
    restrictEgress: flags.restrictEgress === true,
    aggregate: flags.aggregate,
    compression: flags.compression === 'gzip' ? 'gzip' : 'none',
    bufferMiB,
  };
}

/** Who is stamped, where, and on which stream that is believed. */
function emitterOf(
  flags: SidecarFlags,
  config: Config,
): Pick<SidecarOptions, 'tenantId' | 'namespace' | 'stream' | 'limits'> {
  const platform = config.identity.platform_stream;
  if ((flags.tenant === undefined) === (flags.shared === undefined))
    refuse('tenant', 'a tenant, or --shared for a service that works for many', flags.tenant ?? 'neither');
  if (flags.shared === true) {
    if (flags.stream !== undefined && flags.stream !== platform)
      refuse(
        'stream',
        `${platform} (identity.platform_stream), where alone shared namespaces are believed`,
        flags.stream,
      );
    const namespace = sharedNamespace(flags.namespace, config.shared_namespaces);
    return { tenantId: RESERVED_TENANTS.shared, namespace, stream: platform, limits: {} };
  }
  const stream = flags.stream ?? SIDECAR_DEFAULTS.stream;
  if (stream === platform)
    refuse('stream', `the stream of the tenant's cell; on ${platform} no tenant may write`, stream);
  const tenant = registered(flags.tenant ?? '', config);
  return {
    tenantId: tenant.id as TenantId,
    namespace: namespaceOf(flags.namespace, tenant),
    stream,
    limits: config.plans.find((plan) => plan.id === tenant.plan)?.ingest_limits ?? {},
  };
}

function sharedNamespace(asked: string | undefined, shared: readonly string[]): string {
  const [only, ...others] = shared;
  if (asked !== undefined && shared.includes(asked)) return asked;
  if (asked === undefined && only !== undefined && others.length === 0) return only;
  const nearest = asked === undefined ? undefined : nearestWord(asked, shared);
  throw new AppError('INPUT_INVALID', 'the sidecar needs one of the shared namespaces', {
    where: '--namespace',
    expected: nearest ?? (shared.join(' or ') || 'a namespace, and none is shared'),
    got: asked ?? 'none',
    hint: 'list it under shared_namespaces first; lines from a namespace that is not shared would be quarantined',
  });
}

/** Refuses names that could not stand in a manifest or script. Throws USAGE naming the flag. */
export function checkNames(values: Readonly<Record<string, string | undefined>>): void {
  for (const [flag, value] of Object.entries(values)) {
    const pattern = (SIDECAR_NAMES as Readonly<Record<string, RegExp>>)[flag];
    if (value !== undefined && pattern?.test(value) === false)
      refuse(flag, `a value that matches ${pattern.source}`, value);
  }
}

function registered(id: string, config: Config): Config['tenants'][number] {
  const tenant = config.tenants.find((candidate) => candidate.id === id);
  if (tenant !== undefined) return tenant;
  throw unknownName(
    'INPUT_INVALID',
    isReservedTenant(id)
      ? 'a reserved tenant has no sidecar; a shared namespace has, with --shared'
      : 'no such tenant is registered',
    {
      where: '--tenant',
      expected: 'a tenant of the project file',
      got: id,
      known: config.tenants.map((candidate) => candidate.id),
      hint: 'register it first: tenantscope tenant add ID --namespace NAME',
    },
  );
}

function namespaceOf(asked: string | undefined, tenant: Config['tenants'][number]): string {
  const [only, ...others] = tenant.namespaces;
  if (asked !== undefined && tenant.namespaces.includes(asked)) return asked;
  if (asked === undefined && only !== undefined && others.length === 0) return only;
  throw new AppError('INPUT_INVALID', `the tenant ${tenant.id} needs one of its namespaces`, {
    where: '--namespace',
    expected: tenant.namespaces.join(' or ') || 'a namespace, and none is registered for it',
    got: asked ?? 'none',
    hint: 'lines from a namespace that is not the tenant’s would be quarantined',
  });
}

function refuse(flag: string, expected: string, got: string): never {
  throw new AppError('USAGE', 'the value of a flag is wrong', {
    where: `--${flag}`,
    expected,
    got: JSON.stringify(got),
  });
}
