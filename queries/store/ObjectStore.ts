/** A text that is replaced, and what tells this version of it from every other. */
export interface Cell {
  readonly text: string;
  readonly version: string;
}

/**
 * Small objects of a lake by key, with the two conditional writes that its log and its leases rest on. A read sees every
 * write that ended before it began, as the local file system, S3 and SeaweedFS give it. All methods throw READ_FAILED,
 * WRITE_FAILED or PERMISSION_DENIED, with the place.
 */
export interface ObjectStore {
  /** Where it is: a folder, or `s3://bucket/prefix`. */
  readonly name: string;
  /** The text of an object; undefined when there is none. */
  read(key: string): Promise<string | undefined>;
  /** Names of the objects right in a folder, in text order, all of them; only those behind `after` when it is given. */
  list(folder: string, after?: string): Promise<readonly string[]>;
  /** Creates an object that will never change. False when the key is taken: of any number at once, exactly one gets true. */
  create(key: string, text: string): Promise<boolean>;
  /** Removes what `create` made, or nothing: for marks that nobody looks for any more, since the key is free again then. */
  remove(key: string): Promise<void>;
  /** A text that changes, with its version; undefined when it was never written. Its keys are no others' keys. */
  readCell(key: string): Promise<Cell | undefined>;
  /**
   * Replaces a text if its version is still the one seen (undefined: if it was never written), and returns what stands then.
   * Undefined when it is another: of any number that saw the same version, exactly one replaces it.
   */
  writeCell(key: string, text: string, seen: Cell | undefined): Promise<Cell | undefined>;
}
