import pLimit from 'p-limit';
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
  const limit = pLimit(READS_AT_ONCE);
  return {
    read: async () => {
      const first = known.length + 1;
      const after = known.length === 0 ? undefined : manifestName(known.length);
      const names = (await store.list(LAKE.manifests, after)).filter((name) => /^\d{10}\.json$/.test(name));
      const last = Number(names.at(-1)?.slice(0, 10) ?? known.length);
      // A listing may miss what is created meanwhile and show what comes after it; a read of the name itself does not.
      const unseen = last - known.length - names.length;
      if (unseen > READS_AT_ONCE) throw damagedEntry(store, missingIn(names, first));
      const numbers = Array.from({ length: last - known.length }, (_, index) => first + index);
      const entries = await Promise.all(numbers.map((number) => limit(() => readEntry(store, number))));
      // Two reads at once found the same entries.
      for (const entry of entries) if (entry.number === known.length + 1) known.push(entry);
      return [...known];
    },
    claim: (entry) => store.create(keyOf(entry.number), `${JSON.stringify(entry)}\n`),
  };
}

const keyOf = (number: number): string => `${LAKE.manifests}/${manifestName(number)}`;

async function readEntry(store: ObjectStore, number: number): Promise<LogEntry> {
  const text = await store.read(keyOf(number));
  let entry: LogEntry;
  try {
    entry = logEntrySchema.parse(JSON.parse(text ?? ''));
  } catch (error) {
    throw damagedEntry(store, number, error);
  }
  if (entry.number !== number) throw damagedEntry(store, number);
  return entry;
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
