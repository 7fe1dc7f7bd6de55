import * as z from 'zod';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * The record of an erasure: what was done, when, and the proof that no total changed. It does not name the tenant: whoever
 * knows the id finds its record by the hash. Files are told by one hash over the hashes of their bytes.
 */
export const erasureRecordSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  /** HMAC-SHA-256 of the tenant id, keyed with the salt (hex). */
  tenant: z.strictObject({ salt: z.string(), hmac_sha256: sha256 }),
  /** What it was asked for by, in the operator's words. */
  reference: z.string().nullable(),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime(),
  generator: z.strictObject({ name: z.literal('tenantscope'), version: z.string() }),
  /** What told of the tenant, by store: files that went, and files that were written anew without it. */
  found: z.record(z.string(), z.strictObject({ files: count, rows: count, bytes: count, sha256 })),
  /** Versions of objects removed from buckets. */
  object_versions: z.record(
    z.string(),
    z.strictObject({ versions: count, bytes: count, locked: count, locked_until: z.string().nullable() }),
  ),
  /** Files that must stay, the tenant's names taken out of their paths, and until when (a UTC date). */
  kept: z.array(z.strictObject({ path: z.string(), bytes: count, sha256, until: z.string() })),
  /** Sums of all tenants before and after, and what of them became `_erased`'s by this. */
  totals: z.array(
    z.strictObject({
      service: z.string(),
      meter: z.string(),
      unit: z.string(),
      quantity_micros: z.strictObject({ before: z.string(), after: z.string() }),
      events: z.strictObject({ before: z.string(), after: z.string() }),
      moved_to_erased_micros: z.string(),
    }),
  ),
  totals_equal: z.literal(true),
  /** The lake was looked through again at the end, and nothing told of the tenant any more. */
  searched: z.strictObject({ files: count, telling: z.literal(0), mentions: z.boolean() }),
});

/** The record of an erasure. */
export type ErasureRecord = z.output<typeof erasureRecordSchema>;
