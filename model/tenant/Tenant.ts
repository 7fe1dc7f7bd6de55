import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';
import { retentionDaysSchema } from './retentionDays.js';
import { customerTenantIdSchema } from './TenantId.js';

/** A Kubernetes namespace name (RFC 1123 label). */
export const namespaceSchema = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: 'expected a Kubernetes namespace name (RFC 1123 label)',
});

/** A resource's name, or a pattern with one `*`. */
const rule = z
  .string()
  .regex(/^[^*\s]*(?:\*[^*\s]*)?$/, { error: 'expected a name, or a pattern with one *' })
  .min(1);

/** Rules that bind cloud resources to a tenant, for sources whose lines name a resource but no tenant. */
export const tenantResourcesSchema = z.strictObject({
  tables: z.array(rule).default([]),
  /** `bucket`, or `bucket/prefix`. */
  bucket_prefixes: z.array(rule).default([]),
  queues: z.array(rule).default([]),
  topics: z.array(rule).default([]),
  functions: z.array(rule).default([]),
  user_pools: z.array(rule).default([]),
  load_balancers: z.array(rule).default([]),
  log_groups: z.array(rule).default([]),
  /** Host names of requests. */
  hosts: z.array(rule).default([]),
  /** Path prefixes of requests. */
  paths: z.array(rule.startsWith('/', { error: 'expected a path that starts with /' })).default([]),
});

/** A tenant as the registry holds it. */
export const tenantSchema = z.strictObject({
  id: customerTenantIdSchema,
  name: z.string().min(1).max(200).optional(),
  plan: z.string().min(1).optional(),
  namespaces: z.array(namespaceSchema).default([]),
  resources: tenantResourcesSchema.optional(),
  cell: z.string().min(1).default('default'),
  /** The cell it is being moved from: its lines may still come by that cell's stream, and it takes a place in both. */
  moving_from: z.string().min(1).optional(),
  owner: z.string().min(1).optional(),
  billing_account: z.string().min(1).optional(),
  /** Contracted share of a service, 0 to 1, by service name. */
  expected_share: z.record(z.string(), z.number().gt(0).lte(1)).default({}),
  status: z.enum(['active', 'suspended', 'offboarded']).default('active'),
  effective_from: utcDaySchema.optional(),
  effective_until: utcDaySchema.optional(),
  /** Days its events are kept after their arrival date is over; the plan's, or the default, where absent. */
  retention_days: retentionDaysSchema.optional(),
});

/** A tenant as the registry holds it. */
export type Tenant = z.output<typeof tenantSchema>;

/**
 * How much log a pod of a plan may send, enforced at its sidecar so that one tenant's log flood stays its own. What is
 * held back is counted in the heartbeat; lines that meter usage are never held back.
 */
export const ingestLimitsSchema = z.strictObject({
  /** Lines a second, as a token bucket that holds ten seconds' worth. */
  lines_per_second: z.int().positive().optional(),
  /** Bytes of text a UTC day. */
  bytes_per_day: z.int().positive().optional(),
});

/** How much log a pod of a plan may send. */
export type IngestLimits = z.output<typeof ingestLimitsSchema>;

/** A plan tenants can be on. `tier` groups tenants that are fair to compare with each other. */
export const planSchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1).optional(),
  tier: z.string().min(1).optional(),
  ingest_limits: ingestLimitsSchema.default({}),
  /** Days its tenants' events are kept after their arrival date is over. */
  retention_days: retentionDaysSchema.optional(),
});

/** A plan tenants can be on. */
export type Plan = z.output<typeof planSchema>;
