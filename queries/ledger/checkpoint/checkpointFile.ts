import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LAKE, manifestName } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { keyOf } from '../openLedgerLog.js';
import { logSummarySchema, textSha256 } from './LogSummary.js';

/** Raised when what a checkpoint says, or how, changes: one of another version is not read. */
const CHECKPOINT_VERSION = 1;

/** As many are kept: whoever listed an older one can still read it. */
const KEPT = 2;

/**
 * What stands in the log up to an entry, in short, and which objects of the journal it has booked: `units`, all of whose
 * objects are, and `others`, the SHA-256 of the paths of booked objects that are in none of those units. It names no tenant.
 */
const checkpointSchema = z.strictObject({
  version: z.literal(CHECKPOINT_VERSION),
  log: logSummarySchema,
  units: z.array(z.string()),
  others: z.array(z.string()),
});

/** What a checkpoint says. */
export type Checkpoint = Omit<z.output<typeof checkpointSchema>, 'version'>;

/**
 * The last checkpoint that fits the log; undefined when there is none. One that cannot be read, is of another version, or
 * whose last entry is not the log's is passed over: a checkpoint only saves work.
 */
export async function readCheckpoint(store: ObjectStore): Promise<Checkpoint | undefined> {
  for await (const { checkpoint } of fittingCheckpoints(store)) return checkpoint;
  return undefined;
}

/** The checkpoints that fit the log, the last one first, with their names. */
export async function* fittingCheckpoints(
  store: ObjectStore,
): AsyncIterable<{ readonly name: string; readonly checkpoint: Checkpoint }> {
  for (const name of (await namesOf(store)).reverse()) {
    const text = await store.read(`${LAKE.checkpoints}/${name}`);
    const checkpoint = text === undefined ? undefined : parse(text);
    if (checkpoint === undefined) continue;
    const last = await store.read(keyOf(checkpoint.log.through));
    if (last !== undefined && textSha256(last) === checkpoint.log.last_sha256) yield { name, checkpoint };
  }
}

/** Writes a checkpoint beside the others of a local lake and removes all but the last ones. */
export async function writeCheckpoint(store: ObjectStore, checkpoint: Checkpoint): Promise<void> {
  const name = manifestName(checkpoint.log.through);
  const key = `${LAKE.checkpoints}/${name}`;
  const standing = await store.read(key);
  // One that nobody can read would stay for good: its name is taken.
  if (standing !== undefined && parse(standing) === undefined) await rm(join(store.name, key), { force: true });
  await store.create(key, `${JSON.stringify({ version: CHECKPOINT_VERSION, ...checkpoint })}\n`);
  const names = await namesOf(store);
  // Those behind it are of a log that was replaced by a shorter one, or of a faster builder: which, the next reader finds out.
  const older = names.filter((other) => other < name).slice(0, 1 - KEPT);
  for (const other of older) await rm(join(store.name, LAKE.checkpoints, other), { force: true });
}

async function namesOf(store: ObjectStore): Promise<string[]> {
  return (await store.list(LAKE.checkpoints)).filter((name) => /^\d{10}\.json$/.test(name));
}

function parse(text: string): Checkpoint | undefined {
  try {
    const { version: _, ...checkpoint } = checkpointSchema.parse(JSON.parse(text));
    return checkpoint;
  } catch {
    return undefined;
  }
}
