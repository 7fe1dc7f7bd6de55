import type { FirehoseRecord } from '../model/index.js';

/** A part of a record that is sent to the stream again. */
export interface ReputPiece {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/**
 * Sends pieces of a record to the stream again; answers for each piece whether the stream took it. Does not throw for a
 * piece that was not taken: the transform quarantines its parent then, so that nothing is lost.
 */
export type Reput = (pieces: readonly ReputPiece[], parent: FirehoseRecord) => Promise<readonly boolean[]>;
