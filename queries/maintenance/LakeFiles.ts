import type { CompactedPartition, LogEntry } from '../../model/index.js';
import type { LedgerLog } from '../ledger/openLedgerLog.js';

/** A file that is there, and what it was when it was booked, as far as anyone knows. */
export interface KnownFile {
  /** Path relative to the lake. */
  readonly object: string;
  readonly sha256?: string;
  /** S3's entity tag. */
  readonly etag?: string;
}

/** The files of a lake that maintenance moves and removes, in a folder or in a bucket. Throws READ_FAILED, WRITE_FAILED, PERMISSION_DENIED. */
export interface LakeFiles {
  readonly log: LedgerLog;
  /** Other maintenance is kept out for certain, by a lock; a lease can be lost without knowing. */
  readonly locked: boolean;
  /** A folder of this machine that work may spill to. */
  readonly scratch: string;
  /** Puts in place what compactions that died had claimed, and clears what they had only begun. Returns how many partitions. */
  finishInterrupted(log: readonly LogEntry[], now: number): Promise<number>;
  /** Bytes of every file under a folder, by path; only of those that are kept when somebody says which. */
  sizes(folder: string, keeps?: (path: string) => boolean): Promise<ReadonlyMap<string, number>>;
  /** Numbers of the bookings whose objects may be moved. */
  finished(log: readonly LogEntry[]): Promise<ReadonlySet<number>>;
  /** The folder of this machine that a compaction makes its files in, below it their paths in the lake. */
  stagedBy(run: string): string;
  /**
   * A folder of this machine that holds these files, below it their paths in the lake, for as long as the work lasts. Throws
   * LAKE_DAMAGED for one that is gone, or another than was booked as far as its entity tag tells.
   */
  withLocal<T>(files: readonly KnownFile[], work: (folder: string) => Promise<T>): Promise<T>;
  /** Puts the staged files of an entry that stands in the log in their places. May be repeated at any point. */
  place(partition: CompactedPartition, now: number): Promise<void>;
  /** Puts a file of this machine, below `scratch`, in a place that no other file has. */
  put(from: string, object: string): Promise<void>;
  /** Objects of quarantined records that an unfinished delivery still has to put in place. */
  neededErrors(): Promise<ReadonlySet<string>>;
  /** When a file that was listed was put in its place, epoch milliseconds. */
  placedAt(object: string): Promise<number>;
  /** SHA-256 of its bytes, in hex. */
  hash(object: string): Promise<string>;
  remove(objects: readonly string[]): Promise<void>;
}
