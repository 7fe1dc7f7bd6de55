import * as z from 'zod';
import { HOUR_MS, parseDuration } from '../../model/index.js';

/** The types a parameter can have. Each is validated in `readParameter.ts` and rendered in `parameters.ts`, nowhere else. */
export const PARAMETER_TYPES = [
  'service',
  'tenant_id',
  'tenant_ids',
  'window',
  'lateness',
  'date',
  'integer',
  'enum',
  'text',
  'trace_id',
] as const;

/** Parameters no one has to give: the window comes from its flags, the tenants from lake and registry. */
const SUPPLIED: ReadonlySet<string> = new Set(['window', 'tenant_ids']);

const parameterSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z_]+$/),
    type: z.enum(PARAMETER_TYPES),
    required: z.boolean().default(false),
    default: z.union([z.int(), z.string()]).optional(),
    min: z.int().optional(),
    max: z.int().optional(),
    /** The values an enum allows. */
    values: z
      .array(z.string().regex(/^[a-z][a-z0-9_]*$/))
      .min(1)
      .optional(),
    description: z.string(),
  })
  .refine((p) => p.required || p.default !== undefined || SUPPLIED.has(p.type), {
    error: 'expected a parameter that is required or has a default',
  })
  .refine((p) => (p.type === 'enum') === (p.values !== undefined), {
    error: 'expected values for an enum, and for nothing else',
  });

/** A declared parameter of a saved report. */
export type ReportParameter = z.output<typeof parameterSchema>;

/** The typed header of a saved report: what it answers, takes and returns. */
export const reportHeaderSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]+$/),
  title: z.string(),
  owner: z.string(),
  description: z.string(),
  /** `tenant`: reads one tenant's rows only, which lint proves. Whatever does not say so is the platform's. */
  scope: z.enum(['tenant', 'platform']).default('platform'),
  table: z.enum([
    'ledger',
    'booked_events',
    'booked_heartbeats',
    'booked_sources',
    'usage_recent',
    'heartbeats',
    'events',
    'event_usage',
    'quarantine',
  ]),
  expected_scan: z.string(),
  params: z.array(parameterSchema),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string(), unit: z.string(), description: z.string() })),
  /**
   * How a list of tenants that is too long for one statement is read. `after`: the common table expressions up to this one
   * are asked of each batch of tenants, the rest of the rows of all batches together, which lint proves to give the same.
   * `never`: why it cannot be.
   */
  merge: z
    .strictObject({
      after: z
        .string()
        .regex(/^[a-z_]\w*$/)
        .optional(),
      never: z.string().min(1).optional(),
    })
    .refine((merge) => (merge.after === undefined) !== (merge.never === undefined), {
      error: 'expected after or never, one of them',
    })
    .optional(),
  /** How far back from the present hour it looks where it is saved in an engine's own console. */
  look_back: z
    .string()
    .default('24h')
    .refine((text) => (parseDuration(text) ?? 1) % HOUR_MS === 0, {
      error: 'expected a duration of whole hours such as 24h or 7d',
    }),
  /** Bytes above which the report is asked about, or refused, before it runs; `--max-bytes` goes over it. */
  max_bytes: z.int().positive().optional(),
  /** Figures added after the query, where division must be exact. */
  derive: z.enum(['share', 'completeness', 'quota', 'parts']).optional(),
});

/** A saved report: its header, its SQL with `{{placeholders}}`, and the file as it is. */
export type Report = z.output<typeof reportHeaderSchema> & { readonly sql: string; readonly source: string };
