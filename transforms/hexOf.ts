/** A trace or span id of the given number of lower-case hex digits; null for anything else. */
export function hexOf(value: unknown, digits: number): string | null {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : null;
}
