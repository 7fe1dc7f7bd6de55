import { createHmac } from 'node:crypto';
import { AppError } from '../../model/index.js';

const PREFIX = 'whsec_';

/**
 * Signatures of Standard Webhooks: HMAC-SHA256 of `id.timestamp.body` in base64, one for each key, so that a receiver can
 * change from one key to the next.
 *
 * @param keys `whsec_` and base64, 24 to 64 bytes
 * @param seconds unix time
 */
export function standardSignature(
  of: { readonly id: string; readonly seconds: number; readonly body: string },
  keys: readonly string[],
): string {
  const signed = `${of.id}.${of.seconds}.${of.body}`;
  return keys.map((key) => `v1,${createHmac('sha256', keyBytes(key)).update(signed).digest('base64')}`).join(' ');
}

/** The bytes of a key. Throws CONFIG_INVALID without showing any of it. */
export function keyBytes(key: string): Buffer {
  const text = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
  const bytes = Buffer.from(text, 'base64');
  const whole = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (whole && bytes.length >= 24 && bytes.length <= 64) return bytes;
  throw new AppError('CONFIG_INVALID', 'a key of a webhook is not usable', {
    expected: `${PREFIX} and the base64 of 24 to 64 bytes`,
    got: `something else of ${key.length} characters (not shown)`,
    hint: 'make one with: echo "whsec_$(openssl rand -base64 32)"',
  });
}
