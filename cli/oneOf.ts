import { AppError, type ErrorCode, nearestWord } from '../model/index.js';

/** More known names than this are not listed: the nearest is what helps. */
const LISTED = 20;

/** An error for a name that is none of those known: it lists them where they are few, and says which is nearest. */
export function unknownName(
  code: ErrorCode,
  summary: string,
  about: {
    readonly got: string;
    readonly known: readonly string[];
    /** Instead of the list: what kind of name would do. */
    readonly expected?: string;
    readonly where?: string;
    /** What to type to see all of them. */
    readonly hint?: string;
  },
): AppError {
  const { got, known, where, hint } = about;
  const near = nearestWord(got, known);
  const list = known.length === 0 || known.length > LISTED ? undefined : `one of ${known.join(', ')}`;
  const expected = about.expected ?? list;
  const next = [near === undefined ? undefined : `did you mean ${near}?`, hint].filter((text) => text !== undefined);
  return new AppError(code, summary, {
    got: JSON.stringify(got.slice(0, 80)),
    ...(where === undefined ? {} : { where }),
    ...(expected === undefined ? {} : { expected }),
    ...(next.length === 0 ? {} : { hint: next.join(' ') }),
  });
}

/** The one of these words that a flag was given. Throws USAGE that names the nearest. */
export function oneOf<T extends string>(flag: string, text: string, names: readonly T[]): T {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw unknownName('USAGE', `${flag} is not known`, { got: text, known: names });
}
