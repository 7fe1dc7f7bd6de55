/** An object of the event table as it was found. */
export interface FoundObject {
  /** Relative to the lake. */
  readonly path: string;
  readonly emitter: string;
  /** UTC date of arrival, by its folder. */
  readonly dt: string;
  /** Lines in it and the hash of its bytes, where its delivery counted them. */
  readonly rows?: number;
  readonly sha256?: string;
  /** S3's entity tag, where nobody hashed it. */
  readonly etag?: string;
}

/** What was found. */
export interface FoundObjects {
  readonly objects: readonly FoundObject[];
  /** Files among the events that are in no partition: nobody booked or will book them. */
  readonly strays: readonly string[];
}

/** Where a ledger learns which objects there are. */
export interface ObjectSource {
  /**
   * Objects that may be new, in the order of their paths. Those that are booked may be among them.
   *
   * @param taken paths that manifests have whose bookings stand: what told of them is not needed any more; none for whoever only looks
   */
  list(taken?: ReadonlySet<string>): Promise<FoundObjects>;
  /** Told when everything it listed last is booked. */
  booked(): Promise<void>;
}
