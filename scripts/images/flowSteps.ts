/** A box of the flow's picture. */
export interface FlowStep {
  readonly id: string;
  readonly title: string;
  /** A line each, below the title. */
  readonly lines: readonly string[];
  /** Whose work it is: the folder of the repository, said in the box. Absent for what is not ours. */
  readonly folder?: string;
  /** Place in the picture's grid, from 0. */
  readonly column: number;
  readonly row: number;
}

/** What the columns stand for, from left to right. */
export const FLOW_COLUMNS = [
  'where lines are printed',
  'the pipeline, a cell',
  'the lake, in S3',
  'who reads it',
] as const;

/** The way of a line of log, from whoever prints it to whoever acts on it. */
export const FLOW_STEPS: readonly FlowStep[] = [
  {
    id: 'application',
    title: 'Application',
    lines: ['prints lines; metered clients', 'say who used how much'],
    folder: 'ingest/metering',
    column: 0,
    row: 0,
  },
  {
    id: 'agent',
    title: 'Fluent Bit',
    lines: ['stamps tenant and position,', 'sends a heartbeat a minute'],
    folder: 'fluentbit',
    column: 0,
    row: 1,
  },
  {
    id: 'sources',
    title: 'Other sources',
    lines: ['access logs, CloudTrail,', 'CloudWatch, files'],
    folder: 'ingest/importers',
    column: 0,
    row: 2,
  },
  { id: 'stream', title: 'Kinesis', lines: ['a data stream'], column: 1, row: 0 },
  { id: 'delivery', title: 'Firehose', lines: ['batches, at least once'], column: 1, row: 1 },
  {
    id: 'transform',
    title: 'Transform, a Lambda',
    lines: ['proves the tenant, parses,', 'redacts, meters'],
    folder: 'transforms',
    column: 1,
    row: 2,
  },
  {
    id: 'events',
    title: 'Events',
    lines: ['Parquet by tenant and', 'date of arrival'],
    column: 2,
    row: 0,
  },
  {
    id: 'ledger',
    title: 'Usage ledger',
    lines: ['each line once, by tenant,', 'service, meter and hour'],
    folder: 'queries',
    column: 2,
    row: 1,
  },
  {
    id: 'errors',
    title: 'Quarantine',
    lines: ['what was not accepted, with', 'its reason; can be replayed'],
    column: 2,
    row: 2,
  },
  {
    id: 'reports',
    title: 'Reports and the page',
    lines: ['saved SQL on Athena,', 'Trino or DuckDB: operator'],
    folder: 'queries',
    column: 3,
    row: 0,
  },
  {
    id: 'alerts',
    title: 'Detection and alerts',
    lines: ['a tenant against its peers', 'and its past: on-call'],
    folder: 'alerts',
    column: 3,
    row: 1,
  },
  {
    id: 'billing',
    title: 'Billing',
    lines: ['rated, reconciled, signed', 'FOCUS packages: finance'],
    folder: 'billing',
    column: 3,
    row: 2,
  },
];

/** From, to; `both` where the second answers the first. */
export const FLOW_ARROWS: readonly (readonly [from: string, to: string, kind?: 'both'])[] = [
  ['application', 'agent'],
  ['agent', 'stream'],
  ['sources', 'stream'],
  ['stream', 'delivery'],
  ['delivery', 'transform', 'both'],
  ['delivery', 'events'],
  ['delivery', 'errors'],
  ['events', 'ledger'],
  ['ledger', 'reports'],
  ['ledger', 'alerts'],
  ['ledger', 'billing'],
];
