import { AppError, LAKE, type LogEntry, logEntrySchema, manifestName } from '../../model/index.js';
import type { ObjectStore } from '../store/ObjectStore.js';

/** The ledger's log (design decision 10): numbered entries, each created by one conditional write, none ever changed. */
export interface LedgerLog {
  /**
   * Every entry, in order. What was read once is not read again. Throws LAKE_DAMAGED for an entry that cannot be read or a
   * gap in the numbers.
   */
  read(): Promise<readonly LogEntry[]>;
  /** Claims the number of an entry. Of several writers exactly one gets true; it must have read all entries before. */
  claim(entry: LogEntry): Promise<boolean>;
}

const READS_AT_ONCE = 32;

/** The log of the lake in a store. */
export function openLedgerLog(store: ObjectStore): LedgerLog {
  const known: LogEntry[] = [];
  return {
    read: async () => {
      const entries = await readEntriesAfter(store, known.length);
      // Two reads at once found the same entries.
      for (const { entry } of entries) if (entry.number === known.length + 1) known.push(entry);
      return [...known];
    },
    claim: (entry) => claimIn(store, entry),
  };
}

/** An entry, and its text as it stands. */
export interface StoredEntry {
  readonly entry: LogEntry;
  readonly text: string;
}

/** The entries of a log behind a number, in order. Throws as the read of a {@link LedgerLog}. */
export async function readEntriesAfter(store: ObjectStore, number: number): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for await (const entry of entriesAfter(store, number)) entries.push(entry);
  return entries;
}

/** The same, one after the other: a few at a time are in memory. */
export async function* entriesAfter(store: ObjectStore, number: number): AsyncGenerator<StoredEntry> {
  const after = number === 0 ? undefined : manifestName(number);
  const names = (await store.list(LAKE.manifests, after)).filter((name) => /^\d{10}\.json$/.test(name));
  const last = Number(names.at(-1)?.slice(0, 10) ?? number);
  // A listing may miss what is created meanwhile and show what comes after it; a read of the name itself does not.
  const unseen = last - number - names.length;
  if (unseen > READS_AT_ONCE) throw damagedEntry(store, missingIn(names, number + 1));
  for (let first = number + 1; first <= last; first += READS_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(READS_AT_ONCE, last - first + 1) }, (_, index) => first + index);
    for (const one of await Promise.allSettled(numbers.map((each) => readEntry(store, each)))) {
      // The first that is damaged is named, not the one whose read failed first.
      if (one.status === 'rejected') throw one.reason;
      yield one.value;
    }
  }
}

/** As the claim of a {@link LedgerLog}. */
export function claimIn(store: ObjectStore, entry: LogEntry): Promise<boolean> {
  return store.create(keyOf(entry.number), `${JSON.stringify(entry)}\n`);
}

/** Key of an entry in the store of its lake. */
export const keyOf = (number: number): string => `${LAKE.manifests}/${manifestName(number)}`;

/** One entry of a log. Throws LAKE_DAMAGED when it cannot be read. */
export async function readEntry(store: ObjectStore, number: number): Promise<StoredEntry> {
  const text = await store.read(keyOf(number));
  let entry: LogEntry;
  try {
    entry = logEntrySchema.parse(JSON.parse(text ?? ''));
  } catch (error) {
    throw damagedEntry(store, number, error);
  }
  if (text === undefined || entry.number !== number) throw damagedEntry(store, number);
  return { entry, text };
}

function missingIn(names: readonly string[], first: number): number {
  const at = names.findIndex((name, index) => Number(name.slice(0, 10)) !== first + index);
  return first + Math.max(at, 0);
}

function damagedEntry(store: ObjectStore, number: number, cause?: unknown): AppError {
  return new AppError('LAKE_DAMAGED', 'the ledger’s log is damaged', {
    where: `${store.name}/${keyOf(number)}`,
    expected: `entry ${number}`,
    hint: 'restore ledger/manifests from a backup of the lake',
    cause,
  });
}
