import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';

/** Over what a quota is counted. */
const PERIODS = ['second', 'hour', 'day', 'month'] as const;

/** A limit of a shared service that all tenants use up together. */
export const quotaSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected lower-case letters, digits and hyphens' }),
  service: z.string().min(1),
  meter: z.string().min(1),
  /** UTC hours, days and calendar months; of a second what an hour allows, since the ledger knows hours. */
  per: z.enum(PERIODS),
  /** Whole units of the meter. */
  limit: z.int().positive(),
  as_of: utcDaySchema,
});

/** A limit of a shared service. */
export type Quota = z.output<typeof quotaSchema>;

/**
 * Default quotas: what AWS grants an account in a Region unless raised, as published and unconfirmed for other Regions and
 * later dates; set your own with `quotas` in tenantscope.yaml.
 */
export const DEFAULT_QUOTAS: readonly Quota[] = quotaSchema.array().parse([
  {
    name: 'dynamodb-table-reads',
    service: 'DynamoDB',
    meter: 'read_units',
    per: 'second',
    limit: 40_000,
    as_of: '2026-11-01',
  },
  {
    name: 'dynamodb-table-writes',
    service: 'DynamoDB',
    meter: 'write_units',
    per: 'second',
    limit: 40_000,
    as_of: '2026-11-01',
  },
  {
    name: 'kinesis-on-demand-writes',
    service: 'Pipeline',
    meter: 'log_bytes',
    per: 'second',
    limit: 200_000_000,
    as_of: '2026-11-01',
  },
  { name: 'ses-recipients', service: 'SES', meter: 'recipients', per: 'day', limit: 50_000, as_of: '2026-11-01' },
]);

const SECONDS_PER_HOUR = 3600n;

/** The period a quota's use is added up over, and its limit then, in millionths of the meter's unit. */
export function quotaGrain({ per, limit }: Quota): {
  readonly grain: 'hour' | 'day' | 'month';
  readonly limitMicros: bigint;
} {
  const micros = BigInt(limit) * 1_000_000n;
  return per === 'second'
    ? { grain: 'hour', limitMicros: micros * SECONDS_PER_HOUR }
    : { grain: per, limitMicros: micros };
}
