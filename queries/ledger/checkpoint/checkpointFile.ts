import * as z from 'zod';
import { LAKE, manifestName } from '../../../model/index.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { keyOf } from '../openLedgerLog.js';
import { DATE_PATHS } from './datePaths.js';
import { logSummarySchema, textSha256 } from './LogSummary.js';

/** Raised when what a checkpoint says, or how, changes: one of another version is not read. */
const CHECKPOINT_VERSION = 2;

const CHECKPOINT = /^\d{10}\.json$/;

/** As many are kept: whoever listed an older one can still read it. */
const KEPT = 2;

/**
 * What stands in the log up to an entry, in short, and which objects of the import journal it has booked: `units`, all of whose
 * objects are, and `others`, the SHA-256 of the paths of booked objects that are in none of those units. It names no tenant.
 */
const checkpointSchema = z.strictObject({
  version: z.literal(CHECKPOINT_VERSION),
  log: logSummarySchema,
  /** Absent of a lake that has no journal: whoever goes by one passes such a checkpoint over. */
  journal: z.strictObject({ units: z.array(z.string()), others: z.array(z.string()) }).optional(),
});

/** What a checkpoint says. */
export type Checkpoint = Omit<z.output<typeof checkpointSchema>, 'version'>;

/** What a checkpoint says of the import journal. */
export type JournalFacts = NonNullable<Checkpoint['journal']>;

/**
 * The last checkpoint that fits the log; undefined when there is none. One that cannot be read, is of another version, or
 * whose last entry is not the log's is passed over: a checkpoint only saves work.
 *
 * @param journal whether it must say what of the journal is booked
 */
export async function readCheckpoint(store: ObjectStore, journal: boolean): Promise<Checkpoint | undefined> {
  for await (const { checkpoint } of fittingCheckpoints(store))
    if (!journal || checkpoint.journal !== undefined) return checkpoint;
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

/** Writes a checkpoint beside the others of a lake and removes all but the last ones. */
export async function writeCheckpoint(store: ObjectStore, checkpoint: Checkpoint): Promise<void> {
  const name = manifestName(checkpoint.log.through);
  const key = `${LAKE.checkpoints}/${name}`;
  const standing = await store.read(key);
  // One that nobody can read would stay for good: its name is taken.
  if (standing !== undefined && parse(standing) === undefined) await store.remove(key);
  await store.create(key, `${JSON.stringify({ version: CHECKPOINT_VERSION, ...checkpoint })}\n`);
  const names = await namesOf(store);
  // Those behind it are of a log that was replaced by a shorter one, or of a faster builder: which, the next reader finds out.
  const older = names.filter((other) => other < name).slice(0, 1 - KEPT);
  for (const other of older) await store.remove(`${LAKE.checkpoints}/${other}`);
}

/** Removes all checkpoints, and what was kept of sealed dates: the next build makes them anew from the whole log. */
export async function removeCheckpoints(store: ObjectStore): Promise<void> {
  const names = (await store.list(LAKE.checkpoints)).filter((name) => CHECKPOINT.test(name) || DATE_PATHS.test(name));
  for (const name of names) await store.remove(`${LAKE.checkpoints}/${name}`);
}

async function namesOf(store: ObjectStore): Promise<string[]> {
  return (await store.list(LAKE.checkpoints)).filter((name) => CHECKPOINT.test(name));
}

function parse(text: string): Checkpoint | undefined {
  try {
    const { version: _, ...checkpoint } = checkpointSchema.parse(JSON.parse(text));
    return checkpoint;
  } catch {
    return undefined;
  }
}
