import type { Source } from './sources.js';

/**
 * The envelope a sidecar puts around each line (design decision 1): a closed set of keys, stamped last and by assignment.
 * The application's text is opaque in `log`, or nested under `app`; nothing it prints can reach the keys beside it.
 */
export interface Envelope {
  readonly schema?: string;
  readonly tenant_id: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly pod_uid?: string;
  readonly container?: string;
  readonly node?: string;
  readonly cluster?: string;
  /** Path of the file the line was read from. */
  readonly file?: string;
  /** Byte offset of the line in that file. */
  readonly offset?: number;
  /** The sidecar's stamp, ISO 8601 with zone. */
  readonly time?: string;
  /** The container runtime's own stamp (CRI), ISO 8601, where there is one. */
  readonly cri_time?: string;
  readonly stream?: string;
  readonly log?: string;
  readonly app?: Readonly<Record<string, unknown>>;
  /** The sidecar cut the text at its limit. */
  readonly truncated?: boolean;
  /** The text held bytes that are not UTF-8; each run of them arrives as U+FFFD. */
  readonly invalid_utf8?: boolean;
  /** A sidecar's sign of life; such an envelope carries no text. */
  readonly heartbeat?: Heartbeat;
  /** What an importer read the line from; such a line is believed on the platform's stream only. */
  readonly source?: Source;
  /** The source's own identity of the line, the same however often it is imported. */
  readonly uid?: string;
}

/**
 * What a sidecar says about itself once a minute (design decision 12). Counts are cumulative since `started`, so that a
 * lost heartbeat loses no count; a restarted sidecar has another `started`.
 */
export interface Heartbeat {
  /** Epoch seconds at which this process of the sidecar started. */
  readonly started: number;
  readonly lines_read: number;
  readonly bytes_read: number;
  /** Lines and bytes the plan's ingest limits held back. */
  readonly lines_held_back: number;
  readonly bytes_held_back: number;
  /** Lines stamped in the heartbeat's own UTC hour, so far, and those of them held back. */
  readonly hour_lines_read?: number;
  readonly hour_lines_held_back?: number;
  /** The same of the hour before, which is over: what the lake can be held against, to the line. */
  readonly last_hour_lines_read?: number;
  readonly last_hour_lines_held_back?: number;
}

/** The keys every heartbeat has, all of them whole numbers. */
export const HEARTBEAT_KEYS = ['started', 'lines_read', 'bytes_read', 'lines_held_back', 'bytes_held_back'] as const;

/** The counts by hour, all of them or none: agents rendered before there were any do not tell them. */
export const HEARTBEAT_HOUR_KEYS = [
  'hour_lines_read',
  'hour_lines_held_back',
  'last_hour_lines_read',
  'last_hour_lines_held_back',
] as const;

/** Every key an envelope may have. Fluent Bit's own `_p`, `ts` and `@timestamp` are known and carry nothing further. */
export const ENVELOPE_KEYS = [
  'schema',
  'tenant_id',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'node',
  'cluster',
  'file',
  'offset',
  'time',
  'cri_time',
  'stream',
  'log',
  'app',
  'truncated',
  'invalid_utf8',
  'heartbeat',
  'source',
  'uid',
  '_p',
  'ts',
  '@timestamp',
] as const;

/** The version of the envelope this code writes and reads. */
export const ENVELOPE_SCHEMA = 'tenantscope/1';
