import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRegistry } from '../../../../model/index.js';
import { type Engine, openDuckDb } from '../../../../queries/index.js';
import { writeHandMadeLake } from '../../../engines/handMadeLake.js';

const root = mkdtempSync(join(tmpdir(), 'beside-'));
const lake = join(root, 'lake');
const open = (): Promise<Engine> =>
  openDuckDb({ lake, memoryMb: 256, threads: 2, listPrices: [], registry: buildRegistry({ tenants: [] }) });
/** Runs for hours, unless it is interrupted. */
const ENDLESS = 'select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3';

beforeAll(async () => {
  await writeHandMadeLake(lake);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a statement beside others', () => {
  it('is answered while another runs, which ends when the engine is closed', async () => {
    const engine = await open();
    const endless = engine.query(ENDLESS);
    endless.catch(() => undefined);
    expect((await engine.beside?.('select count(*) > 0 from ledger'))?.rows).toEqual([[true]]);
    await engine.close();
    await expect(endless).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', summary: 'the engine was closed' });
  });

  it('is ended by closing as well', async () => {
    const engine = await open();
    const endless = engine.beside?.(ENDLESS);
    endless?.catch(() => undefined);
    await engine.query('select 1');
    await engine.close();
    await expect(endless).rejects.toMatchObject({ summary: 'the engine was closed' });
  });

  it('leaves a stream whole that is read meanwhile, also when it is the first to read lines', async () => {
    const engine = await open();
    try {
      const stream = await engine.stream?.('select * from range(10000)');
      let rows = 0;
      for await (const batch of stream?.batches ?? []) {
        if (rows === 0) await engine.beside?.('select count(*) from events');
        rows += batch.length;
      }
      expect(rows).toBe(10_000);
    } finally {
      await engine.close();
    }
  });

  it('says that the engine was closed, whether it was asked while that happened or later', async () => {
    const engine = await open();
    const closing = engine.close();
    const closed = { code: 'ENGINE_UNAVAILABLE', summary: 'the engine was closed' };
    await expect(engine.beside?.('select 1')).rejects.toMatchObject(closed);
    await closing;
    await expect(engine.beside?.('select 1')).rejects.toMatchObject(closed);
  });

  it('reaches no more than the others do', async () => {
    const engine = await open();
    try {
      const beside = (sql: string): unknown => engine.beside?.(sql);
      await expect(beside(`select * from read_text('/etc/passwd')`)).rejects.toThrow(/Permission Error/);
      await expect(beside('set enable_external_access = true')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    } finally {
      await engine.close();
    }
  });
});
