import type { SourceLine } from '../../transforms/index.js';

/** One line of a source, on its way into an envelope. */
export interface ImportedLine {
  readonly text: string;
  /** What it stood in: the file's name, or `group:stream` of CloudWatch Logs. */
  readonly file: string;
  /** The source's own unique id; without one the place in the content is the identity. */
  readonly uid?: string;
  /** ISO time the source stamped it with, where that stands outside of the text. */
  readonly time?: string;
  /** What `readSourceLine` says of it at the time 0, where a reader had to ask: nobody asks again. */
  readonly read?: SourceLine;
}

/** A file or object to import, decompressed as it is read. */
export interface Content {
  /** Where it lies on this machine. */
  readonly path: string;
  /** Its name at the source: a file's name, or `s3://bucket/key`. */
  readonly name: string;
  /** Hash of the decompressed bytes: the same content under another name, packed or not, is the same content. */
  readonly sha256: string;
}

/** Reads the lines of one content. Throws INPUT_INVALID, with file and line, for content that is none of the source's. */
export type ContentReader = (content: Content, options: ImportReading) => AsyncIterable<ImportedLine>;

/** What reading depends on beside the content. */
export interface ImportReading {
  /** Seconds between two samples of a kubelet; what a level counts for. */
  readonly intervalSeconds: number;
  /** Minutes east of UTC of times that name no zone; without it such times are refused. */
  readonly zoneMinutes?: number;
  /** Told of what carries no line: comments, blank lines, control messages. */
  readonly onSkipped: () => void;
}
