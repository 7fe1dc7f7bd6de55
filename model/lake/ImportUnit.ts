import * as z from 'zod';

const count = z.int().nonnegative();

/**
 * One entry of the import journal: one or more whole input files, delivered together, all or nothing.
 *
 * `started` is written before any object, with the arrival time its lines get; `committed` lists the objects that are
 * about to be renamed into place; `done` means they are. A run that finds `started` begins the unit again with the same
 * arrival; one that finds `committed` finishes the renames. Content that is `done` is never delivered again.
 */
export const importUnitSchema = z.strictObject({
  version: z.literal(1),
  /** Hash of the files' content hashes: the same content is the same unit. */
  unit: z.string().regex(/^[0-9a-f]{32}$/),
  state: z.enum(['started', 'committed', 'done']),
  /** First time this content was seen (epoch ms); the arrival of lines that carry no stamp of their own. */
  arrival: z.int(),
  files: z.array(z.strictObject({ name: z.string(), sha256: z.string(), bytes: count })),
  /** Present once committed. */
  delivery: z
    .strictObject({
      /** Records handed to the transform by the delivery, re-put ones not counted again. */
      records: count,
      bytes: count,
      accepted: count,
      control: count,
      /** Records the transform answered with "sent again": each leaves the count here and enters `reputIn` pieces. */
      reput: count,
      /** Pieces that came back from re-puts. */
      reput_in: count,
      quarantined: z.record(z.string(), count),
      /** Accepted lines by partition `tenant_id=…/dt=…`. */
      lines: z.record(z.string(), count),
      objects: z.array(
        z.strictObject({ path: z.string(), rows: count, bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      ),
      /** Files under errors/, with the records each holds. */
      error_objects: z.array(z.strictObject({ path: z.string(), records: count })),
      /** What erasures of tenants have taken out of the lists above; the counts of records stay those of the delivery. */
      erased: z.strictObject({ objects: count, lines: count, quarantined: count }).optional(),
    })
    .optional(),
});

/** One entry of the import journal. */
export type ImportUnit = z.output<typeof importUnitSchema>;
