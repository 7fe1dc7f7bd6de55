import type { BookedObjects } from './BookedObjects.js';

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

/** Where a build of the ledger learns which objects there are. */
export interface ObjectSource {
  /** True of one whose objects are those of the lake's import journal: checkpoints say what of that is booked. */
  readonly journal?: true;
  /**
   * Objects that are not booked, in the order of their paths: all, or of many a part, and the rest when those are booked; none when
   * there are none.
   *
   * @param booked what manifests have whose bookings stand: what told of that is not needed any more
   */
  list(booked: BookedObjects): Promise<FoundObjects>;
  /** Told when everything it listed is booked. */
  booked(): Promise<void>;
}

/** Objects of a partition that are not booked. */
export interface OpenPartition {
  readonly tenant_id: string;
  readonly dt: string;
  readonly objects: number;
  /** Lines in them; undefined where their delivery did not count them. */
  readonly rows: number | undefined;
}

/** What is not booked, by emitting tenant and arrival date. */
export interface OpenObjects {
  readonly partitions: readonly OpenPartition[];
  readonly strays: readonly string[];
}

/** Where whoever only looks learns what is not booked, however much it is. */
export interface ObjectSurvey {
  survey(booked: BookedObjects): Promise<OpenObjects>;
}
