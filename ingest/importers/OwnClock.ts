import { AppError } from '../../model/index.js';
import type { SourceLine } from '../../transforms/index.js';

/** Times before are those of lines that print no year. */
const FIRST_YEAR = Date.parse('2000-01-01T00:00:00Z');
/** How far into a line its time is looked for: behind a level, a thread or a bracket. */
const HEAD = 64;
/** Room behind that for a time which begins in it: cut, it would have lost its zone. */
const LONGEST_STAMP = 40;
const STAMP =
  /(?:^|[\s[(])(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?(?=$|[\s\]),;|:])/;

/**
 * The time of each line of one file, which the formats alone do not tell: text that begins with a time, a time without a
 * zone, and what belongs to the line above it, such as a stack trace.
 */
export class OwnClock {
  readonly #zone: number | undefined;
  #last: number | undefined;

  /** @param zone minutes east of UTC of times that name no zone; undefined refuses them */
  constructor(zone: number | undefined) {
    this.#zone = zone;
  }

  /**
   * Epoch milliseconds, or undefined where nothing tells, or no year is printed. Throws INPUT_INVALID, naming `where`, for a
   * time without a zone that nobody stated one for: counted in a wrong hour, a file cannot be imported again.
   */
  timeOf(line: SourceLine | undefined, text: string, where: string): number | undefined {
    const { time = null, timeText = null } = line?.parsed ?? {};
    if (time !== null) {
      this.#last = time >= FIRST_YEAR ? time : undefined;
      return this.#last;
    }
    const stamp = STAMP.exec(timeText ?? text.slice(0, HEAD + LONGEST_STAMP));
    if (stamp !== null && stamp.index < HEAD) this.#last = this.#read(stamp, where) ?? this.#last;
    return this.#last;
  }

  #read(stamp: RegExpExecArray, where: string): number | undefined {
    const [found, year, month, day, clock, fraction = '', zone] = stamp;
    const local = Date.parse(`${year}-${month}-${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
    if (Number.isNaN(local) || local < FIRST_YEAR) return undefined;
    const minutes = zone === undefined ? this.#zone : minutesOf(zone);
    if (minutes !== undefined) return local - minutes * 60_000;
    throw new AppError('INPUT_INVALID', 'a time names no zone', {
      where,
      expected: 'a zone in the line, such as 2026-11-25T10:00:00Z, or --zone beside --input',
      got: found.trim(),
      hint: 'import these files with --zone UTC, or with their offset: --zone +02:00',
    });
  }
}

/** `UTC`, `Z` or an offset such as `+02:00` as minutes east of UTC; undefined for anything else. */
export function minutesOf(zone: string): number | undefined {
  if (zone === 'Z' || zone.toUpperCase() === 'UTC') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
