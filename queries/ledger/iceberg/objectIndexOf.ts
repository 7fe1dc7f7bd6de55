import type { LogEntry } from '../../../model/index.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import type { ObjectTable } from './ObjectTable.js';

// Every booking of a log asks for it; what it was made from is replaced by compactions only, which leave it a day.
const made = new WeakMap<readonly LogEntry[], Promise<ObjectIndex>>();

/** The object index of a log, made once, with the compacted files that an engine's table of objects has. */
export function objectIndexOf({ compacted }: ObjectTable, log: readonly LogEntry[]): Promise<ObjectIndex> {
  const known = made.get(log);
  if (known !== undefined) return known;
  const any = log.some(({ kind }) => kind === 'compaction');
  const listing = any && compacted !== undefined ? compacted.files() : Promise.resolve([]);
  const making = listing.then((files) => new ObjectIndex(log, new Set(files)));
  made.set(log, making);
  return making;
}
