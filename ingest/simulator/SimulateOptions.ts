import { AppError, HOUR_MS } from '../../model/index.js';
import { COMPRESSIONS, type Compression, compressorOf } from './compression.js';

/** The scenarios of the simulator, with one line for the help text. */
export const SCENARIOS = {
  quiet: 'every tenant uses nearly the same, with day and night',
  'noisy-dynamodb': 'the first tenant uses six times as much DynamoDB as any other in the detailed hours',
  pooled:
    'a shared search service works for all tenants and names the consumer in its lines; in the detailed hours most is done for the first, which has six times the others then',
  'two-noisy': 'the first two tenants use six times as much DynamoDB as the others in the detailed hours',
  'fleet-surge': 'every tenant uses 2.5 times as much DynamoDB in the detailed hours',
  creep: 'the first tenant uses 3 % more DynamoDB every day of the last 35',
  'whale-by-contract': 'the first tenant always uses six times the others, as its expected_share says',
  'new-tenant': 'the last tenant comes in the detailed hours, twice as large as the others',
  tiers:
    'tenants of plan enterprise, a tier of their own, always use eight times the others (27 tenants: eight peers each)',
  throttled: 'the first tenant uses four times the others in the detailed hours, and all are throttled',
} as const;

/** Name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS;

/** What to simulate. The same options give the same bytes. */
export interface SimulateOptions {
  readonly scenario: ScenarioName;
  /** Number of tenants, 1 to 1000. */
  readonly tenants: number;
  /** Detailed hours, the last ones before `end`. */
  readonly hours: number;
  /** Hours of thin history before the detailed ones: fewer lines, the same DynamoDB usage. */
  readonly historyHours: number;
  readonly seed: number;
  /** Epoch milliseconds on a whole hour, UTC: simulated time ends here, and nothing arrives at or after it. */
  readonly end: number;
  /** Pack the lines of a chunk into records of up to 1,048,556 bytes, as Fluent Bit's simple_aggregation does. */
  readonly aggregate: boolean;
  /** Share of the chunks that are sent a second time, whole and byte for byte, 0 to 1. */
  readonly duplicates: number;
  /** Let some chunks arrive 1 hour to 3 days late (never after `end`). */
  readonly late: boolean;
  /** Mix in about 2 % of lines nobody wants. */
  readonly hostile: boolean;
  /** Mean lines per tenant in a detailed hour; 120 when left out. History has a twentieth of it, at least 1. */
  readonly linesPerTenantHour?: number;
  /** Share of the tenants' text lines printed in the formats of other software instead, 0 to 1; none when left out. */
  readonly formats?: number;
  /** Compress every record, as Fluent Bit's `compression` does; not when left out. */
  readonly compress?: Compression;
  /** Raise the lines of the detailed hours until at least so many bytes of records, before compression, are written. */
  readonly targetBytes?: number;
}

/** How far a running simulation is. */
export interface SimulationProgress {
  readonly hoursDone: number;
  readonly hoursTotal: number;
  readonly lines: number;
  /** Bytes of records written. */
  readonly bytes: number;
}

/** What a simulation wrote. */
export interface SimulationSummary {
  readonly dir: string;
  /** Files of records, relative to `dir`; each has its arrival index beside it. */
  readonly files: readonly string[];
  readonly tenants: readonly string[];
  /** Records, and the lines in them, both with what was sent twice. */
  readonly records: number;
  readonly lines: number;
  /** Lines counted once, the hostile ones included. */
  readonly distinctLines: number;
  /** Bytes of records, as they were sent. */
  readonly bytes: number;
  /** Simulated span, epoch milliseconds, half-open. */
  readonly start: number;
  readonly end: number;
}

/** Checks the options; throws USAGE for the first that cannot be simulated. */
export function checkOptions(options: SimulateOptions): void {
  if (!Object.hasOwn(SCENARIOS, options.scenario)) {
    refuse('scenario', `one of ${Object.keys(SCENARIOS).join(', ')}`, options.scenario);
  }
  wholeBetween('tenants', options.tenants, 1, 1000);
  wholeBetween('hours', options.hours, 1, 24 * 366);
  wholeBetween('history hours', options.historyHours, 0, 24 * 366);
  if (!Number.isSafeInteger(options.seed)) refuse('seed', 'a whole number', options.seed);
  if (!Number.isSafeInteger(options.end) || options.end % HOUR_MS !== 0 || options.end < 2 * 24 * 366 * HOUR_MS) {
    refuse('end', 'a whole hour after 1971 in epoch milliseconds', options.end);
  }
  if (!(options.duplicates >= 0 && options.duplicates <= 1))
    refuse('duplicates', 'a share, 0 to 1', options.duplicates);
  if (options.formats !== undefined && !(options.formats >= 0 && options.formats <= 1))
    refuse('formats', 'a share, 0 to 1', options.formats);
  if (options.compress !== undefined) {
    if (!Object.hasOwn(COMPRESSIONS, options.compress))
      refuse('compression', `one of ${Object.keys(COMPRESSIONS).join(', ')}`, options.compress);
    compressorOf(options.compress);
  }
  if (options.linesPerTenantHour !== undefined) {
    wholeBetween('lines per tenant and hour', options.linesPerTenantHour, 1, 10_000_000);
  }
  if (options.targetBytes !== undefined) wholeBetween('target bytes', options.targetBytes, 1, 1e13);
}

function wholeBetween(name: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    refuse(name, `a whole number from ${least} to ${most}`, value);
  }
}

function refuse(name: string, expected: string, got: unknown): never {
  throw new AppError('USAGE', `cannot simulate with these ${name}`, { expected, got: String(got) });
}

/** How long after the end of the simulated time the stream still receives what was printed before it. */
export const ARRIVAL_GRACE_MS = 60_000;
