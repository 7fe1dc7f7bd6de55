/** Writes rows as Athena writes its result objects. */
export function athenaCsv(rows: readonly (readonly (string | null)[])[]): string {
  const field = (text: string | null) => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
  return rows.map((row) => `${row.map(field).join(',')}\n`).join('');
}
