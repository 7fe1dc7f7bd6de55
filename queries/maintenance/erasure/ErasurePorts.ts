import type { Envelope, ImportUnit } from '../../../model/index.js';

/** An error object that holds records of the tenant, and what is left of it. */
export interface QuarantineFind {
  readonly path: string;
  readonly removed: number;
  readonly changed: number;
  readonly left: number;
  /** SHA-256 before, and of what takes its place; undefined when nothing does. */
  readonly before: string;
  readonly after: string | undefined;
}

/** What an erasure needs of those who bring lines into the lake. */
export interface ErasurePorts {
  /** Keeps deliveries out while it works. Throws LAKE_BUSY. */
  readonly lockDeliveries: (lake: string) => Promise<() => Promise<void>>;
  /** Puts in place what a delivery that died had committed. */
  readonly settleDeliveries: (lake: string) => Promise<void>;
  readonly writeJournalEntry: (lake: string, unit: ImportUnit) => Promise<void>;
  /** Finds a tenant's quarantined records, and writes what is left of their objects into a folder, when one is given. */
  readonly stageQuarantine: (
    lake: string,
    subject: {
      readonly owns: (envelope: Partial<Envelope>, text: string) => boolean;
      readonly names: (text: string) => boolean;
    },
    staged: string | undefined,
  ) => Promise<readonly QuarantineFind[]>;
}

/** Versions of a tenant's objects in a bucket that keeps every version of them. */
export interface VersionedStore {
  /** `s3://bucket/prefix`. */
  readonly name: string;
  /** Removes every version of every object under a prefix, and their delete markers; with `dryRun` only counts them. */
  remove(prefix: string, dryRun: boolean): Promise<RemovedVersions>;
}

/** What was, or would be, removed of a bucket. */
export interface RemovedVersions {
  readonly versions: number;
  readonly bytes: number;
  /** Versions under a lock: until when, an ISO instant, or undefined for a legal hold. */
  readonly locked: readonly { readonly key: string; readonly version: string; readonly until: string | undefined }[];
}
