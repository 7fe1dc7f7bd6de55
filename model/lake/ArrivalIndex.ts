import * as z from 'zod';

/**
 * One line of an arrival index (`FILE.arrivals` beside a recorded stream's `FILE`): the byte lengths of the next records
 * in FILE, in order, which arrived together. So a file of records keeps their exact bytes, aggregates included, and
 * still tells where each begins and when the stream received it.
 */
export const arrivalIndexLineSchema = z.strictObject({
  /** Epoch milliseconds, UTC. */
  arrival: z.int(),
  /** Name of the Kinesis stream the records were put to. */
  stream: z.string().min(1),
  shard: z.string().min(1),
  /** Sequence number of the first record; those after it count up. */
  sequence: z.string().regex(/^\d+$/),
  lengths: z.array(z.int().positive()).min(1),
});

/** One line of an arrival index. */
export type ArrivalIndexLine = z.output<typeof arrivalIndexLineSchema>;

/** Ending of the arrival index that stands beside a file of records. */
export const ARRIVALS_ENDING = '.arrivals';
