import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type CompactedPartition, messageOf } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { openScratch } from '../../engines/openScratch.js';
import { hashFile } from '../../lake/hashFile.js';
import { readObjectIndex } from '../../lake/readObjectIndex.js';
import { schemaVersions } from '../../lake/schemaVersions.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { compactionsOf } from './compactionLog.js';
import { contentOf, differingObjects } from './contentOf.js';

/** What verifying the compactions came to. */
export interface CompactionVerification {
  readonly ok: boolean;
  /** Partitions whose old and new files are both there: compared row by row. */
  readonly compared: number;
  /** Partitions whose old files are gone: the new ones are held against the hash the log has of them. */
  readonly hashed: number;
  /** Partitions that differ, and how. */
  readonly differing: readonly { readonly emitter: string; readonly dt: string; readonly difference: string }[];
}

/**
 * Compares what compactions wrote with what they replaced, as long as that is there; changes nothing. Throws
 * LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function verifyCompactions(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
}): Promise<CompactionVerification> {
  const { lake } = options;
  await checkLake(lake);
  const log = await readLog(lake);
  const index = await readObjectIndex(lake, log);
  const { connection, close } = await openScratch(options);
  let compared = 0;
  let hashed = 0;
  const differing: { emitter: string; dt: string; difference: string }[] = [];
  try {
    for (const partition of compactionsOf(log).flatMap(({ partitions }) => partitions)) {
      const { emitter, dt, from, to } = partition;
      const current = from.some(({ object }) => index.replacedBy(object) === partition);
      if (!current || to.some(({ object }) => index.replacedBy(object) !== undefined)) continue;
      options.onProgress?.(`comparing ${emitter}, ${dt}`);
      const bothThere = await allThere(lake, from);
      if (bothThere) compared += 1;
      else hashed += 1;
      const difference =
        (await differenceOfBytes(lake, to)) ?? (bothThere ? await differenceOfRows(partition) : undefined);
      if (difference !== undefined) differing.push({ emitter, dt, difference });
    }
  } finally {
    await close();
  }
  return { ok: differing.length === 0, compared, hashed, differing };

  async function differenceOfRows({ from, to }: CompactedPartition): Promise<string | undefined> {
    try {
      const versions = await schemaVersions(
        connection,
        lake,
        from.map(({ object }) => object),
      );
      const old = from.map(({ object }) => ({ object, schema: versions.get(object) ?? 0 }));
      const fresh = to.map(({ object, schema_version: schema }) => ({ object, schema }));
      const [object] = differingObjects(
        await contentOf(connection, lake, old),
        await contentOf(connection, lake, fresh),
      );
      return object === undefined ? undefined : `other rows of ${object}`;
    } catch (error) {
      return messageOf(error);
    }
  }
}

async function differenceOfBytes(lake: string, to: CompactedPartition['to']): Promise<string | undefined> {
  for (const { object, sha256 } of to) {
    const there = await hashFile(join(lake, object)).catch(() => undefined);
    if (there === undefined) return `${object} is missing or unreadable`;
    if (there.sha256 !== sha256) return `${object} is not what the log says`;
  }
  return undefined;
}

async function allThere(lake: string, files: readonly { readonly object: string }[]): Promise<boolean> {
  for (const { object } of files) {
    const there = await access(join(lake, object)).then(
      () => true,
      () => false,
    );
    if (!there) return false;
  }
  return true;
}
