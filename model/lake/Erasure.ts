import * as z from 'zod';

/**
 * An erasure's entry of the ledger's log. It does not name the tenant: whoever knows the id can compute the hash, and
 * nobody can read the id out of it.
 */
export const erasureSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('erasure'),
  number: z.int().positive(),
  erased_at: z.iso.datetime(),
  /** Random, 32 hex digits. */
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  /** HMAC-SHA-256 of the tenant id, keyed with the salt, in hex. */
  tenant: z.string().regex(/^[0-9a-f]{64}$/),
  /** The record of it, relative to the lake, and the hash of its bytes. */
  record: z.string(),
  record_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** An erasure's entry of the ledger's log. */
export type Erasure = z.output<typeof erasureSchema>;
