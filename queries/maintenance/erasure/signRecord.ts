import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';

/** A detached JSON Web Signature (RFC 7515, appendix F; EdDSA with Ed25519 by RFC 8037): the payload is the record's bytes. */
const detachedSchema = z.strictObject({ protected: z.string(), signature: z.string() });

const headerSchema = z.looseObject({ alg: z.string(), kid: z.string() });

const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** The thumbprint of an Ed25519 key (RFC 7638, RFC 8037), by which a signature names it. */
export function keyId(key: KeyObject): string {
  const { crv, kty, x } = key.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}

/** Signs the bytes of a record with an Ed25519 private key; the answer is the text of a detached signature. */
export function signRecord(record: string, key: KeyObject): string {
  const header = base64url(JSON.stringify({ alg: 'EdDSA', kid: keyId(createPublicKey(key)), typ: 'JWS' }));
  const signature = sign(null, Buffer.from(`${header}.${base64url(record)}`), key).toString('base64url');
  return `${JSON.stringify({ protected: header, signature })}\n`;
}

/** Whether a detached signature is of these bytes and by this key, and if not, why. */
export function verifyRecord(
  record: string,
  detached: string,
  key: KeyObject,
): { ok: true } | { ok: false; why: string } {
  try {
    const { protected: header, signature } = detachedSchema.parse(JSON.parse(detached));
    const { alg, kid } = headerSchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
    if (alg !== 'EdDSA') return { ok: false, why: `it is signed with ${alg}, not EdDSA` };
    if (kid !== keyId(key)) return { ok: false, why: `it is signed with another key, ${kid}` };
    const signed = Buffer.from(`${header}.${base64url(record)}`);
    if (verify(null, signed, key, Buffer.from(signature, 'base64url'))) return { ok: true };
    return { ok: false, why: 'the record is not what was signed' };
  } catch {
    return { ok: false, why: 'its signature cannot be read' };
  }
}
