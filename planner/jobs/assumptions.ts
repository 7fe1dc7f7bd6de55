import * as z from 'zod';

const amount = z.number().nonnegative();
const part = z.number().min(0).max(1);

/**
 * What the planner assumes of the jobs beside what it counts (`JOB_COUNTS`), since it goes by the lines: every key can be given in a
 * file, and stands in the plan.
 */
export const assumptionsSchema = z.strictObject({
  /** Minutes between two runs of ledger and detection: `alerts.every_minutes`. */
  every_minutes: z.int().min(1).max(1440).default(5),
  /** Services that tenants use: detection reads the hours of each by itself. */
  services: z.int().min(0).max(1000).default(5),
  /** Months the ledger has been kept: once a day an object is read for each of its dates, and what compaction and retention have said. */
  months_kept: z.number().min(0).max(600).default(12),
  /** Seconds that Athena takes for a statement, its queue included, while the function waits. */
  seconds_a_statement: amount.default(3),
  /** Bytes of a line in Parquet, all columns, for each byte of its text; text that repeats is less. */
  parquet_share: part.default(0.3),
  /** Part of a line's Parquet that a statement of a booking reads, and part that its identity is. */
  read_share: part.default(0.3),
  identity_share: part.default(0.2),
  /** Hours of earlier lines whose identities a booking looks through: those of its own hours so far. */
  earlier_hours: amount.default(0.6),
  /** GET requests of Athena for each object it reads: the footer, and columns. */
  gets_an_object: amount.default(3),
  /** GET requests of a statement for the metadata and files of the ledger's tables it reads. */
  gets_a_statement: amount.default(12),
  /** PUT requests of a commit to Iceberg, and of the result of a statement. */
  puts_a_commit: amount.default(5),
  puts_a_result: amount.default(2),
  /** Rows of the ledger of a tenant and hour (meters, resources, operations), and bytes of one in Parquet. */
  rows_a_tenant_hour: amount.default(20),
  row_bytes: amount.default(20),
  /** KB that the state of alerting has, and incidents a month, each told and stored so many times. */
  state_kb: amount.default(30),
  incidents: amount.default(30),
  writes_an_incident: amount.default(10),
  /** KB of a tenant in the registry's table, and changes of each tenant a month. */
  tenant_kb: amount.default(0.5),
  changes_a_tenant: amount.default(0.1),
  /** Days until the month before is closed: so long it is exported, too. */
  closing_days: z.number().min(0).max(31).default(7),
  /** MB a second that the billing and maintenance jobs get through. */
  mb_a_second: z.number().positive().default(20),
  /** KB that functions log: a call of the transform, its metrics of each tenant in it, a run of a job. */
  log_kb_a_call: amount.default(1.5),
  log_kb_a_tenant: amount.default(0.4),
  log_kb_a_run: amount.default(2),
  /** Tenants that the transform's metrics name, the others together: `telemetry.named_tenants`. */
  named_tenants: z.int().min(0).max(1000).default(50),
  /** Days that logs are kept: `retention.logs_days`. */
  logs_days: amount.default(30),
});

/** What the planner assumes of the jobs. */
export type Assumptions = z.output<typeof assumptionsSchema>;
