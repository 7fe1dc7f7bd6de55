import { AppError, messageOf } from '../../model/index.js';
import type { ObjectStore } from '../../queries/index.js';
import { nextPeriod } from '../period.js';
import { type PeriodEntry, type PeriodFacts, periodEntrySchema, periodEntryText } from './PeriodEntry.js';

/** Where a period is on its way from open to closed. */
export type PeriodState =
  | { readonly state: 'open' }
  | {
      readonly state: 'closing' | 'approved' | 'closed';
      readonly period: string;
      readonly facts: PeriodFacts;
      /** When and by whom the close was begun. */
      readonly begun: { readonly at: number; readonly by: string };
      readonly approved?: { readonly at: number; readonly by: string };
      readonly closed?: Extract<PeriodEntry, { kind: 'closed' }>;
    };

/** A period whose close has begun. */
export type BegunPeriod = Exclude<PeriodState, { state: 'open' }>;

const OPEN: PeriodState = { state: 'open' };

/** The entry that comes after those that are known, but for its number. */
export type NextEntry = PeriodEntry extends infer Entry
  ? Entry extends PeriodEntry
    ? Omit<Entry, 'number' | 'version'>
    : never
  : never;

/**
 * The log of an export's periods: numbered entries under `NAME/periods/`, each created by one conditional write. Read whole;
 * it has some three entries a month.
 */
export class PeriodLog {
  readonly #store: ObjectStore;
  readonly #folder: string;
  #entries: readonly PeriodEntry[];

  private constructor(store: ObjectStore, folder: string, entries: readonly PeriodEntry[]) {
    this.#store = store;
    this.#folder = folder;
    this.#entries = entries;
  }

  /** Reads the log. Throws INPUT_INVALID for an entry that cannot be read, or a gap. */
  static async open(store: ObjectStore, exportName: string): Promise<PeriodLog> {
    const folder = `${exportName}/periods`;
    return new PeriodLog(store, folder, await readEntries(store, folder));
  }

  /** The state of a period by all entries that were read. */
  of(period: string): PeriodState {
    let state: PeriodState = OPEN;
    for (const entry of this.#entries) {
      if (entry.period !== period) continue;
      const at = { at: Date.parse(entry.at), by: entry.by };
      if (entry.kind === 'closing') state = { state: 'closing', period, facts: entry.facts, begun: at };
      else if (state.state === 'open') continue;
      else if (entry.kind === 'reopened') state = OPEN;
      else if (entry.kind === 'approved') state = { ...state, state: 'approved', approved: at };
      else state = { ...state, state: 'closed', closed: entry };
    }
    return state;
  }

  /** The closed periods, ascending. They follow each other without a gap. */
  closed(): readonly BegunPeriod[] {
    return this.begun().filter(({ state }) => state === 'closed');
  }

  /** The periods whose close has begun, ascending. */
  begun(): readonly BegunPeriod[] {
    return [...new Set(this.#entries.map(({ period }) => period))]
      .sort()
      .map((period) => this.of(period))
      .filter((state) => state.state !== 'open');
  }

  /** The one period that can be closed: what is begun and not closed, else the month after the last. Any, when undefined. */
  next(): string | undefined {
    const last = this.begun().at(-1);
    return last === undefined || last.state !== 'closed' ? last?.period : nextPeriod(last.period);
  }

  /**
   * Adds an entry, if nothing was added since the log was read. False when another has taken its number: then the log is read
   * again and says what became of the period.
   */
  async add(entry: NextEntry): Promise<boolean> {
    const number = this.#entries.length + 1;
    const whole = periodEntrySchema.safeParse(
      JSON.parse(periodEntryText({ ...entry, version: 1, number } as PeriodEntry)),
    );
    if (!whole.success)
      throw new AppError('INTERNAL', 'an entry of the log of periods is not one', { got: messageOf(whole.error) });
    const added = await this.#store.create(`${this.#folder}/${nameOf(number)}`, periodEntryText(whole.data));
    this.#entries = await readEntries(this.#store, this.#folder);
    return added;
  }
}

const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.json`;

async function readEntries(store: ObjectStore, folder: string): Promise<readonly PeriodEntry[]> {
  const names = (await store.list(folder)).filter((name) => /^\d{10}\.json$/.test(name));
  const entries: PeriodEntry[] = [];
  for (const [index, name] of names.entries()) {
    const text = await store.read(`${folder}/${name}`);
    try {
      const entry = periodEntrySchema.parse(JSON.parse(text ?? ''));
      if (entry.number !== index + 1 || name !== nameOf(index + 1)) throw new Error(`entry ${entry.number}`);
      entries.push(entry);
    } catch (error) {
      throw new AppError('INPUT_INVALID', 'the log of billing periods is damaged', {
        where: `${store.name}/${folder}/${name}`,
        expected: `entry ${index + 1}`,
        got: messageOf(error),
        hint: 'restore the folder from a backup: it says what was billed',
        cause: error,
      });
    }
  }
  return entries;
}
