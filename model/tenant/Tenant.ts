import { z } from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';
import { customerTenantIdSchema } from './TenantId.js';

/** A Kubernetes namespace name (RFC 1123 label). */
export const namespaceSchema = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: 'expected a Kubernetes namespace name (RFC 1123 label)',
});

/** Rules that bind cloud resources to a tenant, for sources whose lines name a resource but no tenant. */
export const tenantResourcesSchema = z.strictObject({
  tables: z.array(z.string().min(1)).default([]),
  bucket_prefixes: z.array(z.string().min(1)).default([]),
  queues: z.array(z.string().min(1)).default([]),
  hosts: z.array(z.string().min(1)).default([]),
  paths: z.array(z.string().startsWith('/')).default([]),
});

/** A tenant as the registry holds it. */
export const tenantSchema = z.strictObject({
  id: customerTenantIdSchema,
  name: z.string().min(1).max(200).optional(),
  plan: z.string().min(1).optional(),
  namespaces: z.array(namespaceSchema).default([]),
  resources: tenantResourcesSchema.optional(),
  cell: z.string().min(1).default('default'),
  owner: z.string().min(1).optional(),
  billing_account: z.string().min(1).optional(),
  /** Contracted share of a service, 0 to 1, by service name. */
  expected_share: z.record(z.string(), z.number().gt(0).lte(1)).default({}),
  status: z.enum(['active', 'suspended', 'offboarded']).default('active'),
  effective_from: utcDaySchema.optional(),
  effective_until: utcDaySchema.optional(),
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
});

/** A plan tenants can be on. */
export type Plan = z.output<typeof planSchema>;
