/** More than this are counted, not listed. */
const LISTED = 40;

/** The first of these as lines for people, and how many more there are. Of a command whose `--json` has all of them. */
export function listed<T>(all: readonly T[], lineOf: (one: T) => string): readonly string[] {
  const lines = all.slice(0, LISTED).map((one) => `  ${lineOf(one)}`);
  return all.length > LISTED ? [...lines, `  and ${all.length - LISTED} more; --json has all`] : lines;
}
