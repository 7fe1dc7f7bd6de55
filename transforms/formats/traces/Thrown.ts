/** What a stack trace says was thrown. */
export interface Thrown {
  /** Null where the trace does not name it. */
  readonly type: string | null;
  readonly message: string;
  /** OpenTelemetry's number: 17 for an error, 21 for what ends the process. */
  readonly severity: number;
}

/** Reads a trace of one language; undefined when it is none. `first` is the text's first line. */
export type TraceReader = (text: string, first: string) => Thrown | undefined;

/** An error that was thrown; whether somebody caught it, traces do not say. */
export const ERROR = 17;
/** A panic ends the process, or what would have gone on. */
export const FATAL = 21;
