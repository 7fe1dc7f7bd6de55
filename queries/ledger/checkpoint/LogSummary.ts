import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  addDays,
  arrivalDateOf,
  type LogEntry,
  type Manifest,
  type UtcDay,
  utcDayOf,
  utcDaySchema,
} from '../../../model/index.js';
import { digestsOf } from '../../lake/PathSet.js';
import { foldAll, foldOf } from './pathFold.js';
import { type Span, spansOf } from './spans.js';

const count = z.int().nonnegative();
const number = z.int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is asked about bookings without reading them. It names no tenant and no object. */
const bookingFacts = {
  booked_date: utcDaySchema,
  objects: count,
  /** Lines in them, as they were booked. */
  rows: count,
  /** What tells whether digests are those of the paths of its objects: {@link foldOf}. */
  paths: z.string().regex(/^[0-9a-f]{32}$/),
  /** Arrival dates of its objects, ascending. */
  dts: z.array(z.string()),
  /** Where the id hours of its objects lie, ISO instants, both inclusive, ascending. */
  id_hours: z.array(z.tuple([z.string(), z.string()])),
  /** The last event hour of its objects; empty without lines. */
  last_event_hour: z.string(),
};

/** What a log says in short, up to an entry; its size grows with days, not with bookings. */
export const logSummarySchema = z.strictObject({
  /** Number of the last entry it knows; 0 of an empty log. */
  through: count,
  /** SHA-256 of that entry's text, and of the chain of all texts: of the chain before, then of the text, in hex. */
  last_sha256: sha256.nullable(),
  chain: sha256.nullable(),
  /** The least date a booking can be booked on; null in an empty log. */
  open_from: utcDaySchema.nullable(),
  /** Sealed dates, ascending: the numbers of their first and last booking, 0 without any, and of the entry that seals them. */
  sealed: z.array(z.strictObject({ ...bookingFacts, first: count, last: count, seal: number })),
  /** The bookings of dates that are not sealed, in order. */
  bookings: z.array(z.strictObject({ ...bookingFacts, number })),
  /** All other entries but seals, with the arrival dates of the partitions they are about. */
  others: z.array(
    z.strictObject({ number, kind: z.enum(['compaction', 'retention', 'erasure']), dts: z.array(z.string()) }),
  ),
});

type Summary = z.output<typeof logSummarySchema>;

/** A booking of a date that is not sealed. */
export type OpenBooking = Summary['bookings'][number];

/** A sealed date. */
export type SealedDate = Summary['sealed'][number];

/** An entry that says what became of booked objects. */
export type OtherEntry = Summary['others'][number];

/** What a log says in short. It is a function of the entries added, in order. */
export class LogSummary {
  #through = 0;
  #lastSha256: string | null = null;
  #chain: string | null = null;
  #openFrom: UtcDay | null = null;
  readonly #sealed: SealedDate[] = [];
  #bookings: OpenBooking[] = [];
  readonly #others: OtherEntry[] = [];

  /** The summary that {@link toJSON} wrote. */
  static from(json: Summary): LogSummary {
    const summary = new LogSummary();
    summary.#through = json.through;
    summary.#lastSha256 = json.last_sha256;
    summary.#chain = json.chain;
    summary.#openFrom = json.open_from;
    summary.#sealed.push(...json.sealed);
    summary.#bookings = [...json.bookings];
    summary.#others.push(...json.others);
    return summary;
  }

  /** The summary of a whole log. */
  static of(log: readonly LogEntry[]): LogSummary {
    const summary = new LogSummary();
    for (const entry of log) summary.add(entry, '');
    return summary;
  }

  get through(): number {
    return this.#through;
  }

  get sealed(): readonly SealedDate[] {
    return this.#sealed;
  }

  get bookings(): readonly OpenBooking[] {
    return this.#bookings;
  }

  get others(): readonly OtherEntry[] {
    return this.#others;
  }

  /** Adds the next entry, with its text as it stands in the log. */
  add(entry: LogEntry, text: string): void {
    this.#through = entry.number;
    this.#lastSha256 = textSha256(text);
    this.#chain = createHash('sha256')
      .update(`${this.#chain ?? ''}${text}`)
      .digest('hex');
    if (entry.kind === 'booking') {
      this.#bookings.push(factsOf(entry));
      this.#openAt(entry.booked_date);
    } else if (entry.kind === 'seal') {
      this.#openAt(addDays(entry.booked_date, 1));
      this.#seal(entry.booked_date, entry.number);
    } else {
      const dts = entry.kind === 'erasure' ? [] : entry.partitions.map(({ dt }) => dt);
      this.#others.push({ number: entry.number, kind: entry.kind, dts: distinct(dts) });
    }
  }

  /**
   * The date a booking claimed now is booked on: today, unless a clock that runs behind says a date which the log has
   * passed. A sealed date is over, whatever a clock says.
   */
  openDate(now: number): UtcDay {
    const today = utcDayOf(now);
    return this.#openFrom === null || this.#openFrom < today ? today : this.#openFrom;
  }

  /** The first date that is over, has bookings and is not sealed. */
  dateToSeal(now: number): UtcDay | undefined {
    const today = utcDayOf(now);
    return this.#bookings.find(({ booked_date }) => booked_date < today)?.booked_date;
  }

  /** The sealed date that a booking belongs to; undefined when its date is not sealed. */
  sealedDateOf(booking: number): SealedDate | undefined {
    return this.#sealed.find(({ first, last }) => first <= booking && booking <= last);
  }

  toJSON(): Summary {
    return {
      through: this.#through,
      last_sha256: this.#lastSha256,
      chain: this.#chain,
      open_from: this.#openFrom,
      sealed: [...this.#sealed],
      bookings: [...this.#bookings],
      others: [...this.#others],
    };
  }

  #openAt(date: UtcDay): void {
    if (this.#openFrom === null || this.#openFrom < date) this.#openFrom = date;
  }

  #seal(date: UtcDay, seal: number): void {
    const own = this.#bookings.filter(({ booked_date }) => booked_date === date);
    this.#bookings = this.#bookings.filter(({ booked_date }) => booked_date !== date);
    this.#sealed.push({
      booked_date: date,
      objects: own.reduce((sum, { objects }) => sum + objects, 0),
      rows: own.reduce((sum, { rows }) => sum + rows, 0),
      paths: foldAll(own.map(({ paths }) => paths)),
      dts: distinct(own.flatMap(({ dts }) => dts)),
      id_hours: spansOf(own.flatMap(({ id_hours }) => id_hours)),
      last_event_hour: lastOf(own.map(({ last_event_hour }) => last_event_hour)),
      first: own[0]?.number ?? 0,
      last: own.at(-1)?.number ?? 0,
      seal,
    });
  }
}

/** What is asked about a booking, by its manifest. */
export function factsOf({ number: own, booked_date, objects }: Manifest): OpenBooking {
  return {
    number: own,
    booked_date,
    objects: objects.length,
    rows: objects.reduce((sum, { rows }) => sum + rows, 0),
    paths: foldOf(digestsOf(objects.map(({ object }) => object))),
    // Whoever looks for an object goes by its path, whoever looks for its partition by its entry.
    dts: distinct(objects.flatMap(({ object, dt }) => [arrivalDateOf(object), dt])),
    id_hours: spansOf(
      objects.flatMap(({ id_hour_min: least, id_hour_max: greatest }): Span[] =>
        least === null || greatest === null ? [] : [[least, greatest]],
      ),
    ),
    last_event_hour: lastOf(objects.map(({ event_hours }) => event_hours.at(-1) ?? '')),
  };
}

/** SHA-256 of a text, in hex. */
export function textSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const lastOf = (texts: readonly string[]): string => texts.toSorted().at(-1) ?? '';
