import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Envelope } from '../../model/index.js';
import { withoutLines } from '../../transforms/index.js';
import { listErrorObjects, parseErrorLine } from '../replay/readQuarantine.js';

/** Whose records are to be taken out of the quarantine. */
export interface QuarantineSubject {
  /** True for a line that is the tenant's, by its envelope. */
  readonly owns: (envelope: Partial<Envelope>, text: string) => boolean;
  /** True for bytes nobody can read as a record, and that name the tenant. */
  readonly names: (text: string) => boolean;
}

/** An error object that holds records of the tenant, and what is left of it. */
export interface StagedQuarantine {
  /** Path in the lake. */
  readonly path: string;
  /** Records that go whole, and those that lose lines but stay. */
  readonly removed: number;
  readonly changed: number;
  /** Records left in the object; without any it goes. */
  readonly left: number;
  /** SHA-256 of the object's bytes before, and of what is to take its place; undefined when nothing does. */
  readonly before: string;
  readonly after: string | undefined;
}

/**
 * Finds the quarantined records of a tenant and writes what is left of their objects into `staged`, nothing else. A record
 * that goes leaves an empty line, since the others' identity is their place in the object. Throws INPUT_INVALID for an
 * error object that is none.
 *
 * @param staged folder for the objects that take the place of others, by their paths; undefined to write nothing
 */
export async function stageQuarantine(
  lake: string,
  subject: QuarantineSubject,
  staged: string | undefined,
): Promise<readonly StagedQuarantine[]> {
  const found: StagedQuarantine[] = [];
  for (const path of await listErrorObjects(lake)) {
    const object = await without(lake, path, subject);
    if (object.removed + object.changed === 0) continue;
    const { text, ...facts } = object;
    found.push({ path, ...facts, after: facts.left === 0 ? undefined : sha256(text) });
    if (staged !== undefined && facts.left > 0) await writeSynced(join(staged, path), text);
  }
  return found;
}

async function without(
  lake: string,
  path: string,
  subject: QuarantineSubject,
): Promise<Omit<StagedQuarantine, 'path' | 'after'> & { readonly text: string }> {
  const count = { removed: 0, changed: 0, left: 0 };
  const kept: string[] = [];
  const before = createHash('sha256');
  let number = 0;
  const input = createReadStream(join(lake, path));
  input.on('data', (chunk) => before.update(chunk));
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const line = text.trim() === '' ? undefined : parseErrorLine(text, path, number, join(lake, path));
    const outcome = line === undefined ? undefined : judge(line, subject);
    if (outcome === 'gone') count.removed += 1;
    else if (line !== undefined) count.left += 1;
    if (typeof outcome === 'object') count.changed += 1;
    kept.push(outcome === 'gone' || line === undefined ? '' : (outcome?.text ?? text));
  }
  return { ...count, before: before.digest('hex'), text: kept.map((text) => `${text}\n`).join('') };
}

/** `gone`: the record is the tenant's; a text: the line as it is without the tenant's; undefined: it stays. */
function judge(
  { record, fields }: ReturnType<typeof parseErrorLine>,
  subject: QuarantineSubject,
): 'gone' | { readonly text: string } | undefined {
  const place = { shardId: record.shard, sequenceNumber: record.sequence };
  const rest = withoutLines(record.bytes, place, subject.owns);
  if (rest.kind === 'empty') return 'gone';
  if (rest.kind === 'changed') return { text: JSON.stringify({ ...fields, rawData: rest.data.toString('base64') }) };
  const unreadable = rest.kind === 'undecodable' || record.cutShort;
  return unreadable && subject.names(record.bytes.toString('latin1')) ? 'gone' : undefined;
}

async function writeSynced(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
