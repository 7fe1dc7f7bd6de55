import { createHash } from 'node:crypto';

/** An id that is the same whoever makes it of the same parts: the first 16 digits of their SHA-256, a line each. */
export function shortId(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
