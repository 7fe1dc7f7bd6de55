import { isDeepStrictEqual } from 'node:util';
import { LAKE, type LogEntry } from '../../../model/index.js';
import { readJournal } from '../../lake/readJournal.js';
import { localStore } from '../../store/localStore.js';
import { readEntriesAfter, type StoredEntry } from '../openLedgerLog.js';
import { type Checkpoint, fittingCheckpoints } from './checkpointFile.js';
import { LogSummary } from './LogSummary.js';

/** A checkpoint that does not say what log and journal say. */
export interface DifferingCheckpoint {
  /** Relative to the lake. */
  readonly checkpoint: string;
  /** How it differs, in words. */
  readonly differences: readonly string[];
}

/** The checkpoints that a build would go by and that do not say what log and journal say. */
export async function differingCheckpoints(lake: string): Promise<readonly DifferingCheckpoint[]> {
  const store = localStore(lake);
  // Before the log: a build that runs meanwhile writes checkpoints of entries that were not read here.
  const standing: { readonly name: string; readonly checkpoint: Checkpoint }[] = [];
  for await (const each of fittingCheckpoints(store)) standing.push(each);
  const [log, journal] = [await readEntriesAfter(store, 0), await readJournal(lake)];
  const objectsOf = new Map(journal.map(({ unit, delivery }) => [unit, delivery?.objects ?? []]));
  const differing: DifferingCheckpoint[] = [];
  for (const { name, checkpoint } of standing) {
    const known = log.filter(({ entry }) => entry.number <= checkpoint.log.through);
    const taken = new Set(known.flatMap(({ entry }) => objectsIn(entry)));
    const open = checkpoint.units.filter((unit) => objectsOf.get(unit)?.some(({ path }) => !taken.has(path)));
    const differences = [
      ...(isOf(checkpoint, known) ? [] : ['it is not what the log says']),
      ...open.map((unit) => `unit ${unit} of the journal is not booked`),
    ];
    if (differences.length > 0) differing.push({ checkpoint: `${LAKE.checkpoints}/${name}`, differences });
  }
  return differing;
}

function isOf({ log }: Checkpoint, entries: readonly StoredEntry[]): boolean {
  const summary = new LogSummary();
  for (const { entry, text } of entries) summary.add(entry, text);
  return isDeepStrictEqual(summary.toJSON(), log);
}

function objectsIn(entry: LogEntry): readonly string[] {
  return entry.kind === 'booking' ? entry.objects.map(({ object }) => object) : [];
}
