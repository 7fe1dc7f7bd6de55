import { oneLine } from './plainText.js';

/** What stands where a text was cut. */
export const MARK = '…';

/** At most `limit` UTF-16 units, the last of them a mark when something was cut; characters are not cut in two. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, Math.max(0, limit - MARK.length));
  // A lone high surrogate would be half of a character.
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}${MARK}`;
}

/** At most `limit` bytes of UTF-8. */
export function cutBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const room = Math.max(0, limit - Buffer.byteLength(MARK));
  return `${new TextDecoder().decode(Buffer.from(text).subarray(0, room)).replace(/\ufffd+$/, '')}${MARK}`;
}

/** At most `limit` ASCII characters, what is none of them as `?`; a cut is shown by three dots. */
export function cutAscii(text: string, limit: number): string {
  const ascii = oneLine(text).replace(/[^\x20-\x7e]/gu, '?');
  return ascii.length <= limit ? ascii : `${ascii.slice(0, limit - 3)}...`;
}
