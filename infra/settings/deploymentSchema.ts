import * as z from 'zod';
import { sidecarSettingsSchema } from '../../tenants/index.js';

/** A name that stands in the names of streams, functions, topics and alarms. */
export const nameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, {
  error: 'expected lower case letters, digits and hyphens, a letter first, at most 31',
});

const cronSchema = z.string().regex(/^(?:cron|rate)\([^()]+\)$/, {
  error: 'expected cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR) or rate(N hours)',
});

/** The whole of deployment.yaml: what the CDK app needs to know besides tenantscope.yaml. */
export const deploymentSchema = z.strictObject({
  version: z.literal(1).default(1),
  /** Begins the name of everything that has one. */
  prefix: nameSchema.default('tenantscope'),
  /** Cells beside those that tenantscope.yaml places tenants in, and the quota of each. */
  cells: z
    .array(
      z.strictObject({
        id: nameSchema,
        /** Active partitions Firehose allows the cell's delivery stream (AWS quota, 500 unless raised). */
        partition_quota: z.int().min(1).max(5000).default(500),
      }),
    )
    .default([]),
  /** First UTC date the lake can hold; a date before it is invisible to Athena, in silence. */
  first_date: z.iso.date().default('2026-01-01'),
  stream: z
    .strictObject({
      /** How long records wait while Firehose cannot deliver them. Firehose gives up on S3 after 24 hours only without a stream. */
      retention_hours: z.int().min(72).max(8760).default(72),
    })
    .prefault({}),
  delivery: z
    .strictObject({
      /** An object is written when it has so many MiB, or so many seconds have passed: limits of dynamic partitioning. */
      buffer_mib: z.int().min(64).max(128).default(128),
      buffer_seconds: z.int().min(60).max(900).default(300),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** Quarantined records, which hold text of every tenant. */
      errors_days: z.int().min(1).max(365).default(30),
      /** Results of queries. */
      results_days: z.int().min(1).max(365).default(14),
      /** Versions of objects that were overwritten or deleted. */
      old_versions_days: z.int().min(1).max(365).default(30),
      /** Access logs of the buckets. */
      access_logs_days: z.int().min(1).max(3653).default(90),
      /** Logs of functions. */
      logs_days: z.union([7, 14, 30, 60, 90, 180, 365].map((days) => z.literal(days))).default(30),
      /** Nobody, not even the account's root, deletes a billing export before so many days. 0: no lock. To be decided before the first deployment. */
      exports_locked_days: z.int().min(0).max(36_500).default(0),
    })
    .prefault({}),
  people: z
    .strictObject({
      /** ARNs of IAM principals who may take on a role of operators, on-call, finance, close or replay; whoever in the account may assume roles when empty. */
      trusted: z.array(z.string().regex(/^arn:[a-z-]+:iam::\d{12}:(?:root|role\/\S+|user\/\S+)$/)).default([]),
      /** Tenants that query their own lines on Athena. */
      tenants: z
        .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected the id of a tenant' }))
        .default([]),
      /** A query that has read so many GB (10^9 bytes) is cancelled. */
      cutoff_gb: z.int().min(1).max(1_000_000).default(100),
    })
    .prefault({}),
  jobs: z
    .strictObject({
      /** Whether the schedules start anything; the functions are there either way. How often is alerts.every_minutes of tenantscope.yaml. */
      schedules: z.boolean().default(true),
      /** When the months that are not closed are exported, and when lake and ledger are tidied: as EventBridge Scheduler reads it, UTC. */
      billing: cronSchema.default('cron(30 5 * * ? *)'),
      maintenance: cronSchema.default('cron(30 2 * * ? *)'),
      /** Who computes, where it is not Athena: a Trino server over the same catalogue, and its catalogue of the ledger in Iceberg. */
      trino: z
        .strictObject({
          url: z.string().regex(/^https?:\/\/[^\s/?#]+(?:\/[a-z0-9_]+)?$/, {
            error: 'expected http[s]://[user@]host[:port][/catalog]',
          }),
          ledger_catalog: z
            .string()
            .regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)?$/, { error: 'expected catalog or catalog.schema' }),
        })
        .optional(),
      /** One run of a job at a time by Lambda itself, besides the leases. An account whose concurrency is still 10 can reserve none. */
      reserve_concurrency: z.boolean().default(true),
      /** Of the two functions that carry DuckDB: what its package is installed for where the app is synthesised. */
      duckdb_architecture: z.enum(['x86_64', 'arm64']).default('x86_64'),
      /** The entry of Secrets Manager with the Ed25519 key that billing exports are signed with, as PEM. */
      signing_secret: z
        .string()
        .regex(/^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/, {
          error: 'expected the ARN of a secret',
        })
        .optional(),
    })
    .prefault({}),
  tenants: z
    .strictObject({
      /** The registry is a DynamoDB table, PREFIX-registry; what follows from a change is published by itself. */
      table: z.boolean().default(false),
      /** Who a new tenant's owner is welcomed by: an address verified in SES, by itself or by its domain. Nobody is mailed without it. */
      mail_from: z.email().optional(),
      sidecar: sidecarSettingsSchema.prefault({}),
    })
    .prefault({}),
  alarms: z
    .strictObject({
      /** Mail addresses that are called when a pipeline or the jobs do not do their work; each is asked to confirm. */
      mail: z.array(z.email()).default([]),
      /** Mail addresses that get each part of it, and what can wait for the day. */
      details_mail: z.array(z.email()).default([]),
      /** Where your runbooks are read, with a slash at its end: each alarm ends with this and the name of its page. The pages are docs/runbooks. */
      runbooks_url: z.url().endsWith('/').optional(),
    })
    .prefault({}),
});

/** What a deployment is made with. */
export type Deployment = z.output<typeof deploymentSchema>;
