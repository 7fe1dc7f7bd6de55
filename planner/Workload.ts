import { DEFAULT_PARTITION_QUOTA } from './cellCapacity.js';

/** What is to be carried. Figures a month are of 730 hours, as AWS reckons. */
export interface Workload {
  readonly tenants: number;
  /** Lines a second of an average tenant, all its pods together. */
  readonly linesPerSecond: number;
  /** Bytes of an average line, as the application prints it. */
  readonly lineBytes: number;
  /** Pods of an average tenant: each has a sidecar, which sends records of its own. */
  readonly pods: number;
  /** Sidecars pack lines into records. */
  readonly aggregated: boolean;
  /** Days that lines are kept. */
  readonly retentionDays: number;
  /** GB (10^9 bytes) that queries read a month. */
  readonly scannedGb: number;
  readonly partitionQuota: number;
  /** Seconds after which Firehose writes an object, unless it is full before. */
  readonly bufferSeconds: number;
  /** Hours the stream keeps records. */
  readonly streamHours: number;
}

/** What is assumed where nothing is said. */
export const DEFAULT_WORKLOAD: Omit<Workload, 'tenants'> = {
  linesPerSecond: 5,
  lineBytes: 400,
  pods: 3,
  aggregated: true,
  retentionDays: 30,
  scannedGb: 100,
  partitionQuota: DEFAULT_PARTITION_QUOTA,
  bufferSeconds: 300,
  streamHours: 72,
};

/** Hours and seconds of a month. */
export const MONTH_HOURS = 730;
export const MONTH_SECONDS: number = MONTH_HOURS * 3600;

/** What the transform takes for a line with 1 GB of memory: 13 µs on a whole core (bench/README.md), of which it has about half. */
export const LINE_SECONDS = 30e-6;
/** What the sidecar writes around a line: stamp, place, position. */
const ENVELOPE_BYTES = 250;
/** Seconds of lines that a sidecar packs together: it flushes every second. */
const PACKED_SECONDS = 1;
/** The most a sidecar packs: what the stream takes in one record. */
const PACKED_BYTES = 1024 * 1024;

/** A month of a workload, as it goes over the stream. */
export interface Volume {
  readonly lines: number;
  readonly bytes: number;
  readonly records: number;
  readonly recordBytes: number;
}

/** Lines, records and bytes of a month. */
export function volumeOf({ tenants, linesPerSecond, lineBytes, pods, aggregated }: Workload): Volume {
  const lines = tenants * linesPerSecond * MONTH_SECONDS;
  const stamped = lineBytes + ENVELOPE_BYTES;
  const packed = aggregated ? Math.max(1, (linesPerSecond / pods) * PACKED_SECONDS) : 1;
  const perRecord = Math.max(1, Math.min(packed, PACKED_BYTES / stamped));
  return { lines, bytes: lines * stamped, records: lines / perRecord, recordBytes: perRecord * stamped };
}
