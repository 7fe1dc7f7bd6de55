import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dryStore, localStore } from '../../../queries/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenantscope-dry-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('dryStore', () => {
  it('reads back what was written to it, lists it beside what is there, and writes nothing', async () => {
    const real = localStore(folder);
    await real.create('log/1.json', 'one');
    await real.writeCell('cell', 'old', undefined);
    const before = readdirSync(folder, { recursive: true });
    const dry = dryStore(real);
    expect(await dry.create('log/1.json', 'other')).toBe(false);
    expect(await dry.create('log/2.json', 'zwölf')).toBe(true);
    expect(await dry.create('log/2.json', 'again')).toBe(false);
    expect([await dry.read('log/1.json'), await dry.read('log/2.json')]).toEqual(['one', 'zwölf']);
    expect(await dry.list('log')).toEqual(['1.json', '2.json']);
    expect(await dry.list('log', '1.json')).toEqual(['2.json']);
    const seen = await dry.readCell('cell');
    expect(await dry.writeCell('cell', 'new', undefined)).toBeUndefined();
    const next = await dry.writeCell('cell', 'new', seen);
    expect(await dry.readCell('cell')).toEqual(next);
    expect(await dry.writeCell('cell', 'late', seen)).toBeUndefined();
    expect(dry.writes).toEqual([
      { key: 'log/2.json', bytes: 6 },
      { key: 'cell', bytes: 3 },
    ]);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  it('forgets what is removed, of its own and of the store it stands before', async () => {
    const real = localStore(folder);
    await real.create('marks/a', '1');
    const dry = dryStore(real);
    await dry.create('marks/b', '2');
    await dry.remove('marks/a');
    await dry.remove('marks/b');
    expect([await dry.list('marks'), dry.writes]).toEqual([[], []]);
    expect(await dry.create('marks/a', '3')).toBe(true);
    expect(await real.read('marks/a')).toBe('1');
  });
});
