import type { ObjectStore } from '../../queries/index.js';
import type { StoredVersion } from './versions.js';

/** Where exports are kept: a folder, or a prefix of a bucket. */
export interface ExportHome {
  /** Where it is, for people: a path, or `s3://bucket/prefix`. */
  readonly name: string;
  /** Its small objects: the log of periods. */
  objects(): Promise<ObjectStore>;
  /** Called before anything is written, and before work begins that would be in vain. Throws CANNOT_CREATE and PERMISSION_DENIED for a folder that cannot be made. */
  prepare(): Promise<void>;
  /** The versions of an export's month, whether there are any or not. */
  versions(exportName: string, period: string): PeriodVersions;
}

/** The versions of an export's month. What is there is never changed, and a version is there whole or not at all. */
export interface PeriodVersions {
  /** Where they are, for people. */
  readonly name: string;
  /** Makes a local folder for a package to be written in. Whoever asked removes it. */
  stage(): Promise<string>;
  /** The last version that is whole; undefined when there is none. Throws INPUT_INVALID for a damaged manifest. */
  last(): Promise<StoredVersion | undefined>;
  /** A version by its number; undefined when it is not there. Throws INPUT_INVALID for a damaged manifest. */
  read(version: number): Promise<StoredVersion | undefined>;
  /** Does something with a local folder that has the files of a version's charges. */
  withCharges<T>(stored: StoredVersion, work: (folder: string) => Promise<T>): Promise<T>;
  /**
   * Puts a staged package in its place. Undefined when another has this number; nothing of that one is changed then. Throws
   * LAKE_BUSY for another export that may still be at work on it.
   */
  publish(staged: string, version: number): Promise<StoredVersion | undefined>;
  /** Points `LATEST.json` to the last version that is there; however many do so at once, the last stands. */
  pointToLatest(): Promise<void>;
}
