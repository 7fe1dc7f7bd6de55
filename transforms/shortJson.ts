/** JSON text of a value; one too deep to print is marked instead of failing the line. */
export function shortJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '[unprintable]';
  }
}
