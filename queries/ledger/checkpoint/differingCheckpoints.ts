import { isDeepStrictEqual } from 'node:util';
import { type ImportUnit, LAKE } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { entriesAfter } from '../openLedgerLog.js';
import { type Checkpoint, fittingCheckpoints } from './checkpointFile.js';
import { LogSummary } from './LogSummary.js';

/** A checkpoint that does not say what log and journal say. */
export interface DifferingCheckpoint {
  /** Relative to the lake. */
  readonly checkpoint: string;
  /** How it differs, in words. */
  readonly differences: readonly string[];
}

/**
 * The checkpoints that a build would go by and that do not say what log and journal say. Reads all of both.
 *
 * @param journal the units of the import journal; none of a lake that has no journal
 */
export async function differingCheckpoints(
  store: ObjectStore,
  journal: () => Promise<readonly ImportUnit[]>,
): Promise<readonly DifferingCheckpoint[]> {
  // Before the log: a build that runs meanwhile writes checkpoints of entries that were not read here.
  const standing: { readonly name: string; readonly checkpoint: Checkpoint }[] = [];
  for await (const each of fittingCheckpoints(store)) standing.push(each);
  const summary = new LogSummary();
  const said = new Map<number, unknown>();
  const through = new Set(standing.map(({ checkpoint }) => checkpoint.log.through));
  const units = new Map(standing.map(({ name, checkpoint }) => [name, new Set(checkpoint.journal?.units)]));
  const objectsOf = new Map((await journal()).map(({ unit, delivery }) => [unit, delivery?.objects ?? []]));
  const unitOf = new Map<string, string>();
  for (const [unit, objects] of objectsOf) for (const { path } of objects) unitOf.set(path, unit);
  // What a checkpoint says is booked, less what is.
  const open = new Map(
    [...units].map(([name, booked]) => {
      const paths = [...booked].flatMap((unit) => (objectsOf.get(unit) ?? []).map(({ path }) => path));
      return [name, new Set(paths)];
    }),
  );
  for await (const { entry, text } of entriesAfter(store, 0)) {
    summary.add(entry, text);
    if (through.has(entry.number)) said.set(entry.number, summary.toJSON());
    if (entry.kind !== 'booking') continue;
    for (const { name, checkpoint } of standing)
      if (entry.number <= checkpoint.log.through)
        for (const { object } of entry.objects) open.get(name)?.delete(object);
  }
  return standing.flatMap(({ name, checkpoint }) => {
    const left = new Set([...(open.get(name) ?? [])].map((path) => unitOf.get(path) ?? ''));
    const differences = [
      ...(isDeepStrictEqual(said.get(checkpoint.log.through), checkpoint.log) ? [] : ['it is not what the log says']),
      ...[...left].map((unit) => `unit ${unit} of the journal is not booked`),
    ];
    return differences.length === 0 ? [] : [{ checkpoint: `${LAKE.checkpoints}/${name}`, differences }];
  });
}
