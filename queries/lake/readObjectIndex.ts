import { LAKE, type LogEntry } from '../../model/index.js';
import { listFiles } from './listFiles.js';
import { ObjectIndex } from './ObjectIndex.js';

// Every booking of a log asks for it; what it was made from is replaced by compactions only, which leave it a day.
const made = new WeakMap<readonly LogEntry[], Promise<ObjectIndex>>();

/** The object index of a lake with this log, made once a log that was read. Throws READ_FAILED. */
export function readObjectIndex(lake: string, log: readonly LogEntry[]): Promise<ObjectIndex> {
  const known = made.get(log);
  if (known !== undefined) return known;
  const making = makeIndex(lake, log);
  made.set(log, making);
  return making;
}

async function makeIndex(lake: string, log: readonly LogEntry[]): Promise<ObjectIndex> {
  const compacted = log.some(({ kind }) => kind === 'compaction') ? await listFiles(lake, LAKE.compacted) : [];
  return new ObjectIndex(log, new Set(compacted));
}
