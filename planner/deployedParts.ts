/** Alarms of a cell (docs/runbooks). */
export const CELL_ALARMS = 11;
/** Alarms of a cell made of those: what its parts come to, and who is called. The fleet has one besides, the jobs two. */
export const CELL_COMPOSITES = 2;

/** What each cell has, and the platform's pipeline like it. */
export const CELL_PARTS = {
  streams: 1,
  delivery_streams: 1,
  functions: 1,
  keys: 1,
  alarms: CELL_ALARMS,
  composite_alarms: CELL_COMPOSITES,
  dashboards: 1,
  roles: 2,
  policies: 1,
} as const;

/** What a deployment has beside its cells: lake, roles, jobs, on-call, fleet and the registry's table with what follows from it. */
export const SHARED_PARTS = {
  functions: 5,
  keys: 4,
  alarms: 12,
  composite_alarms: 3,
  dashboards: 1,
  roles: 14,
  policies: 3,
  tables: 3,
  buckets: 6,
  topics: 2,
  queues: 4,
  schedules: 4,
} as const;

/**
 * Metrics that the transform publishes: of all lines and of one reason, and of each tenant it names. They do not say of which cell, so
 * that all cells count on the same. The canary's are left out.
 */
export const TRANSFORM_METRICS = 13;
export const TENANT_METRICS = 2;
/** Metrics that the ledger job publishes, of the events of new objects. */
export const LEDGER_METRICS = 3;

/** Memory and room on disk, MB, of each job's function, and what runs it: infra/jobs makes them with it. DuckDB's two are x86_64 unless deployment.yaml says otherwise. */
export const JOB_SIZES = {
  ledger: { memoryMb: 1024, diskMb: 512, architecture: 'arm64' },
  detection: { memoryMb: 1024, diskMb: 512, architecture: 'arm64' },
  billing: { memoryMb: 2048, diskMb: 4096, architecture: 'x86_64' },
  maintenance: { memoryMb: 3008, diskMb: 10_240, architecture: 'x86_64' },
} as const;

/** The longest a function of a job may run, seconds. */
export const JOB_SECONDS = 900;

/** Objects the ledger job books at once: some minutes of Athena's time at most, since a booking that is cut off is made again. */
export const BOOKED_AT_ONCE = 1000;
