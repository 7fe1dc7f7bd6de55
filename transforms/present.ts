/** Attributes that have a value; access logs write `-` for none. */
export function present(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(attributes).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '' && entry[1] !== '-',
  );
  return Object.fromEntries(entries);
}
