import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { runDelivery } from '../../../ingest/index.js';
import { lockLake } from '../../../ingest/lake/lockLake.js';
import { buildRegistry, type RecordOutcome, tenantSchema } from '../../../model/index.js';
import { eventLines } from '../../e2e/truth.js';

const root = mkdtempSync(join(tmpdir(), 'hazards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });
const NOW = Date.parse('2026-11-23T23:59:00Z');
let folders = 0;
const fresh = (name: string): string => join(root, `${name}-${folders++}`);
const line = (offset: number, over: Record<string, unknown> = {}): string =>
  `${JSON.stringify({ time: '2026-11-23T10:00:00Z', log: `line ${offset}`, tenant_id: 'acme', namespace: 'tenant-acme', pod: 'p', container: 'c', file: 'f', offset, ...over })}\n`;

function input(files: Record<string, string>): string {
  const folder = fresh('input');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const deliver = (lake: string, inputs: readonly string[], over: Partial<Parameters<typeof runDelivery>[0]> = {}) =>
  runDelivery({
    inputs,
    lake,
    registry,
    trust: 'namespace',
    platformStream: 'tenantscope-platform',
    stream: 'tenantscope-local',
    clock: () => NOW,
    memoryMb: 256,
    threads: 1,
    ...over,
  });

const HALF = String.fromCharCode(0xd800);

describe('a line with half a surrogate pair', () => {
  it.each([
    ['text', { log: `a ${HALF} b` }],
    ['JSON message', { log: JSON.stringify({ msg: `a ${HALF} b` }) }],
    ['attribute value', { log: JSON.stringify({ msg: 'x', k: `a${HALF}b` }) }],
    ['attribute name', { log: JSON.stringify({ msg: 'x', [`a${HALF}b`]: 'v' }) }],
    [
      'two attribute names that become the same',
      { log: JSON.stringify({ msg: 'x', [`a${HALF}`]: 'v', 'a\udc00': 'w' }) },
    ],
    ['envelope', { pod: `p${HALF}x`, container: `c${HALF}` }],
  ])('in its %s does not stop its unit', async (_where, over) => {
    const summary = await deliver(fresh('lake'), [input({ 'a.ndjson': line(1) + line(2, over) + line(3) })]);
    expect(summary.outcomes.accepted).toBe(3);
  });

  it('leaves whole pairs and escaped backslashes as they were', async () => {
    const lake = fresh('lake');
    await deliver(lake, [input({ 'a.ndjson': line(1, { log: 'pair 😀 text \\ud800 half \ud800\ud800.' }) })]);
    expect((await eventLines(lake)).join()).toContain('pair 😀 text \\\\ud800 half ��.');
  });
});

describe('inputs that could be lost', () => {
  it('refuses what can be read only once, before anything is written', async () => {
    const socket = fresh('socket');
    const server = createServer();
    await new Promise<void>((ready) => server.listen(socket, ready));
    const lake = fresh('lake');
    await expect(deliver(lake, [socket])).rejects.toThrow(/neither a file nor a folder[\s\S]*--input -/);
    server.close();
    expect(readdirSync(root)).not.toContain(lake.slice(root.length + 1));
  });

  it.each(['grows', 'shrinks'])(
    'commits nothing of a file that %s while it is read; its final content is delivered later',
    async (how) => {
      const lake = fresh('lake');
      const folder = input({ 'a.ndjson': line(1) + line(2) });
      const path = join(folder, 'a.ndjson');
      const fault = (point: string): void => {
        if (point !== 'started') return;
        if (how === 'grows') appendFileSync(path, line(3));
        else writeFileSync(path, line(1));
      };
      await expect(deliver(lake, [folder], { fault })).rejects.toThrow(/changed while it was read/);
      expect(readdirSync(lake)).not.toContain('events');
      expect(await deliver(lake, [folder])).toMatchObject({ records: how === 'grows' ? 3 : 1, skipped: [] });
    },
  );

  it('follows links to files, passes over hidden folders, and refuses links to folders', async () => {
    const other = input({ 'c.ndjson': line(3) });
    const folder = input({ 'a.ndjson': line(1) });
    mkdirSync(join(folder, '.hidden'));
    writeFileSync(join(folder, '.hidden', 'b.ndjson'), line(2));
    symlinkSync(join(other, 'c.ndjson'), join(folder, 'link.ndjson'));
    expect(await deliver(fresh('lake'), [folder])).toMatchObject({ records: 2 });
    symlinkSync(other, join(folder, 'linked'));
    await expect(deliver(fresh('lake'), [folder])).rejects.toThrow(/neither a file nor a folder/);
  });

  it('fails in order when standard input cannot be spooled', async () => {
    const lake = fresh('lake');
    await deliver(lake, [input({ a: line(1) })]);
    writeFileSync(join(lake, '.staging/stdin'), 'a file where the spool should be');
    const stdin = Readable.from([Buffer.from(line(2))]);
    await expect(deliver(lake, ['-'], { stdin })).rejects.toThrow(/EEXIST|ENOTDIR/);
  });

  it('takes a standard input that was interrupted for what it is: not the whole', async () => {
    const lake = fresh('lake');
    const controller = new AbortController();
    async function* cutShort() {
      yield Buffer.from(line(1));
      controller.abort();
    }
    const run = deliver(lake, ['-'], { stdin: Readable.from(cutShort()), signal: controller.signal });
    await expect(run).rejects.toThrow(/interrupted/);
    expect(readdirSync(lake)).not.toContain('journal');
  });
});

describe('the journal', () => {
  it('is not taken for empty when it cannot be listed', async () => {
    const lake = fresh('lake');
    const folder = input({ a: line(1) });
    await deliver(lake, [folder]);
    rmSync(join(lake, 'journal'), { recursive: true });
    writeFileSync(join(lake, 'journal'), '');
    await expect(deliver(lake, [folder])).rejects.toThrow(/the journal cannot be listed/);
  });

  it('loses a begun unit, and its staging, once other units have delivered all of it', async () => {
    const lake = fresh('lake');
    const folder = input({ 'a.ndjson': line(1), 'b.ndjson': line(2) });
    const fault = (point: string): void => {
      if (point === 'delivered') throw new Error('crash');
    };
    await expect(deliver(lake, [folder], { fault })).rejects.toThrow('crash');
    await deliver(lake, [join(folder, 'a.ndjson')]);
    expect(readdirSync(join(lake, 'journal'))).toHaveLength(2);
    await deliver(lake, [join(folder, 'b.ndjson')]);
    const states = readdirSync(join(lake, 'journal')).map(
      (name) => /"state": "(\w+)"/.exec(readFileSync(join(lake, 'journal', name), 'utf8'))?.[1],
    );
    expect(states).toEqual(['done', 'done']);
    expect(readdirSync(join(lake, '.staging'))).toEqual([]);
  });
});

describe('the lock', () => {
  it('is held against a second run of the same process', async () => {
    const lake = fresh('lake');
    const unlock = await lockLake(lake);
    await expect(lockLake(lake)).rejects.toThrow(/another run is writing/);
    await unlock();
    await (await lockLake(lake))();
    expect(readdirSync(join(lake, '.staging'))).toEqual([]);
  });

  it('has one winner among many, with a dead lock in the way', async () => {
    const lake = fresh('lake');
    mkdirSync(join(lake, '.staging'), { recursive: true });
    writeFileSync(join(lake, '.staging/run.lock'), `${process.pid} ${hostname()}`);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockLake(lake)));
    expect(tries.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a transform that says one thing and does another', () => {
  const saying = (answer: object, outcome: Pick<RecordOutcome, 'outcome' | 'lines' | 'bytes'>) => ({
    createTransform: ((deps: { observe: (outcome: RecordOutcome) => void }) =>
      async (event: { records: { recordId: string }[] }) => ({
        records: event.records.map(({ recordId }) => {
          deps.observe({ recordId, ...outcome });
          return { recordId, ...answer };
        }),
      })) as unknown as NonNullable<Parameters<typeof runDelivery>[0]['createTransform']>,
  });
  const metadata = { partitionKeys: { tenant_id: 'acme', dt: '2026-11-23' } };
  it.each([
    ['data that is no base64', { result: 'Ok', data: '!!!', metadata }, 'accepted', /expected base64/],
    ['an accepted record that is dropped', { result: 'Dropped', data: '' }, 'accepted', /reput or control/],
    ['an unknown result', { result: 'Fine', data: '' }, 'accepted', /Ok, Dropped or ProcessingFailed/],
  ] as const)('is refused: %s', async (_what, answer, outcome, message) => {
    const run = deliver(fresh('lake'), [input({ a: line(1) })], saying(answer, { outcome, lines: 1, bytes: 1 }));
    await expect(run).rejects.toThrow(message);
  });
});
