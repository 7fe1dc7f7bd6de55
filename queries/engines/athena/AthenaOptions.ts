/** Where statements run and how patiently. Everything but the place has a default. */
export interface AthenaOptions {
  readonly database: string;
  readonly workgroup: string;
  readonly catalog?: string;
  /** `s3://bucket/prefix/`; left out when the workgroup has or enforces one. */
  readonly outputLocation?: string;
  readonly region?: string;
  /** Answers no older than this are taken from an earlier run of the same text, free of charge. 0 asks anew. */
  readonly reuseMinutes?: number;
  /** Of one statement, its waits, attempts and the reading of its result included. */
  readonly deadlineMs?: number;
  /** How often one statement may be started when it fails for a reason that passes. */
  readonly attempts?: number;
  /** How often one call is sent when it is throttled or the network fails. */
  readonly callAttempts?: number;
  /** Statements in flight at once; Athena counts queued ones as well. */
  readonly concurrency?: number;
  /** Pages of 1,000 rows taken from the API before a result is read from its object in S3 instead. */
  readonly pages?: number;
  /** List price of the region; AWS bills whole megabytes and at least ten of them a statement. */
  readonly usdPerTb?: number;
  /** Ctrl-C: stops the statements that run. */
  readonly signal?: AbortSignal;
  /**
   * Names this run. The same text under the same key is the same query to Athena, so a run that was cut off finds its
   * query again. Left out, every statement is a new one.
   */
  readonly attemptKey?: string;
  /** Called with every state Athena reports. */
  readonly onProgress?: (progress: AthenaProgress) => void;
}

/** What is known of a statement while it runs. */
export interface AthenaProgress {
  readonly queryId: string;
  readonly state: string;
  readonly bytesScanned: bigint;
}

/** Settings with their defaults filled in. */
export type AthenaSettings = AthenaOptions & Required<Pick<AthenaOptions, keyof typeof DEFAULTS>>;

const DEFAULTS = {
  reuseMinutes: 0,
  deadlineMs: 30 * 60_000,
  attempts: 3,
  callAttempts: 8,
  concurrency: 5,
  pages: 1,
  usdPerTb: 5,
} as const satisfies Partial<AthenaOptions>;

/** Fills in what the caller left out. 30 minutes is Athena's own default limit of a SELECT. */
export function settingsOf(options: AthenaOptions): AthenaSettings {
  return { ...DEFAULTS, ...options };
}
