import * as z from 'zod';
import { parseFluentBitVersion, SIDECAR_DEFAULTS, SIDECAR_NAMES, type SidecarOptions } from '../../fluentbit/index.js';
import type { Plan, Tenant, TenantId } from '../../model/index.js';
import { streamOf } from '../cells/streamOf.js';

/** Stands for the tenant's id in the name of a role. */
const TENANT = '{tenant}';

const name = (kind: keyof typeof SIDECAR_NAMES) =>
  z.string().regex(SIDECAR_NAMES[kind], { error: `expected a value that matches ${SIDECAR_NAMES[kind].source}` });

/** What all tenants' sidecars are rendered with: `tenants.sidecar` of deployment.yaml. */
export const sidecarSettingsSchema = z.strictObject({
  cluster: name('cluster').default(SIDECAR_DEFAULTS.cluster),
  container: name('container').default(SIDECAR_DEFAULTS.container),
  /** Best pinned by digest: the admission policy knows the image by this. */
  image: name('image').default(SIDECAR_DEFAULTS.image),
  fluent_bit_version: z
    .string()
    .regex(/^\d+\.\d+(?:\.\d+)?$/, { error: 'expected a release such as 4.2.2' })
    .default(SIDECAR_DEFAULTS.version),
  /** IAM role for IRSA, with `{tenant}` for the tenant's id; absent: bind one with EKS Pod Identity. */
  role_arn: z
    .string()
    .refine((arn) => SIDECAR_NAMES['role-arn'].test(arn.replaceAll(TENANT, 'x')), {
      error: 'expected the ARN of a role, {tenant} standing for the id',
    })
    .optional(),
  restrict_egress: z.boolean().default(false),
  buffer_mib: z.int().min(64).max(65_536).default(SIDECAR_DEFAULTS.bufferMiB),
});

/** What all tenants' sidecars are rendered with. */
export type SidecarSettings = z.output<typeof sidecarSettingsSchema>;

/** What the sidecar of one namespace of a tenant is rendered from. Throws USAGE for a release that cannot be rendered for. */
export function sidecarOf(
  tenant: Tenant,
  namespace: string,
  settings: SidecarSettings,
  around: { readonly prefix: string; readonly region: string; readonly plans: readonly Plan[] },
): SidecarOptions {
  return {
    tenantId: tenant.id as TenantId,
    namespace,
    container: settings.container,
    cluster: settings.cluster,
    region: around.region,
    stream: streamOf(around.prefix, tenant.cell),
    version: parseFluentBitVersion(settings.fluent_bit_version),
    image: settings.image,
    roleArn: settings.role_arn?.replaceAll(TENANT, tenant.id),
    restrictEgress: settings.restrict_egress,
    limits: around.plans.find(({ id }) => id === tenant.plan)?.ingest_limits ?? {},
    aggregate: SIDECAR_DEFAULTS.aggregate,
    compression: SIDECAR_DEFAULTS.compression,
    bufferMiB: settings.buffer_mib,
  };
}
