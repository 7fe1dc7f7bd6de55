import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { filePlace, openOutput } from '../../cli/output.js';
import { withProgress } from '../../cli/queryProgress.js';
import type { Engine, StatementProgress } from '../../queries/engines/Engine.js';
import { fakeContext } from './fakeContext.js';

const root = mkdtempSync(join(tmpdir(), 'output-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('--out', () => {
  it('is there whole when all was written, and as it was before until then', async () => {
    const file = join(root, 'a.csv');
    writeFileSync(file, 'before');
    const output = await openOutput(file, fakeContext());
    await output.write('one\n');
    expect(readFileSync(file, 'utf8')).toBe('before');
    await output.write('two\n');
    await output.commit();
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(readdirSync(root)).toEqual(['a.csv']);
  });

  it('is not touched by what failed, and nothing is left beside it', async () => {
    const file = join(root, 'a.csv');
    const output = await openOutput(file, fakeContext());
    await output.write('half');
    await output.discard();
    const place = await filePlace(file);
    writeFileSync(place.path, 'half');
    await place.discard();
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(readdirSync(root)).toEqual(['a.csv']);
  });

  it('is refused where there is no folder, and where there is one of that name', async () => {
    mkdirSync(join(root, 'folder'));
    for (const out of [join(root, 'none', 'a.csv'), join(root, 'folder')]) {
      await expect(openOutput(out, fakeContext())).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
    }
    await expect(filePlace(join(root, 'folder'))).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
    rmSync(join(root, 'folder'), { recursive: true });
  });

  it('is written to as it is when it is no regular file', async () => {
    const output = await openOutput('/dev/null', fakeContext());
    await output.write('gone');
    await output.commit();
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    await expect(filePlace('/dev/null')).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
  });

  it('says that a disk is full, and keeps what was there', async () => {
    const full = await openOutput('/dev/full', fakeContext());
    await expect(full.write('x'.repeat(100_000)).then(full.commit)).rejects.toMatchObject({ code: 'WRITE_FAILED' });
    await full.discard();
  });

  it('of - is stdout, ended by a line break', async () => {
    for (const [pieces, expected] of [
      [['a', 'b'], 'ab\n'],
      [['a\n', ''], 'a\n'],
      [[], ''],
    ] as const) {
      const context = fakeContext();
      const output = await openOutput('-', context);
      for (const piece of pieces) await output.write(piece);
      await output.commit();
      expect(context.written().stdout).toBe(expected);
    }
  });
});

describe('progress', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const engineOf = (progress: () => StatementProgress | undefined, background = false): Engine =>
    ({ gaps: [], progress, ...(background ? { background: {} } : {}) }) as unknown as Engine;
  const shown = async (options: Parameters<typeof fakeContext>[0], engine: Engine, quiet = false): Promise<string> => {
    const context = fakeContext(options);
    await withProgress(context, engine, quiet, async () => {
      context.wait(12_000);
      await vi.advanceTimersByTimeAsync(700);
    });
    return context.written().stderr;
  };
  const running = () => ({ state: 'RUNNING', done: 0.5, bytesScanned: 1_200_000_000n, costUsd: '0.006' });

  it('is one line of a terminal that rewrites itself and goes away', async () => {
    const text = await shown({ terminal: true }, engineOf(running));
    expect(text).toContain('⠋ RUNNING 12s  50 %  scanned 1.2 GB (~$0.006)');
    expect(text.split('\n')).toHaveLength(1);
    expect(text.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('elsewhere is a line for each state, of an engine that has several', async () => {
    let turn = 0;
    const states = ['QUEUED', 'QUEUED', 'RUNNING'];
    const changing = () => ({ state: states[Math.min(turn++, 2)] ?? '' });
    expect(await shown({}, engineOf(changing, true))).toBe('QUEUED 12s\nRUNNING 12s\n');
    expect(await shown({}, engineOf(running))).toBe('');
    expect(await shown({ terminal: true, env: { TERM: 'dumb' } }, engineOf(running))).toBe('');
  });

  it('is silent when asked to be, and while nothing runs', async () => {
    expect(await shown({ terminal: true }, engineOf(running), true)).toBe('');
    expect(
      await shown(
        { terminal: true },
        engineOf(() => undefined),
      ),
    ).toBe('');
  });
});
