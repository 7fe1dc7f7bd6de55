import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../model/index.js';
import { tenantWatermarks, watermark } from '../../queries/index.js';
import { type AgentRun, agentPrints, type Printed } from './agentLake.js';
import { openBench } from './completenessBench.js';

const TEN = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
let bench: Awaited<ReturnType<typeof openBench>>;

beforeAll(async () => {
  bench = await openBench(TEN);
});
afterAll(() => bench.close());

const run = (tenant: string, minutes: number, over: Partial<AgentRun> = {}): readonly Printed[] =>
  agentPrints({ tenant, pod: tenant, from: TEN - HOUR_MS + 500, until: TEN + minutes * MINUTE, ...over });

/** Hours since ten o'clock that the data goes through, and each tenant's. */
async function through(...printed: readonly Printed[]): Promise<{ all: number; tenants: Record<string, number> }> {
  const lake = await bench.lakeOf(printed);
  return bench.asking(lake, async (engine) => {
    const { dataThrough } = await watermark(engine);
    const tenants = [...(await tenantWatermarks(engine))].map(([tenant, at]) => [tenant, (at - TEN) / HOUR_MS]);
    return { all: ((dataThrough ?? Number.NaN) - TEN) / HOUR_MS, tenants: Object.fromEntries(tenants) };
  });
}

describe('the watermark', () => {
  it('without agents is the end of the last hour with lines that arrivals have passed', async () => {
    const line = (time: number, arrival: number): Printed => ({ tenant: 'acme', time, arrival, id: `${time}` });
    expect(await through(line(TEN, TEN + 90 * MINUTE))).toEqual({ all: 1, tenants: {} });
    expect(await through(line(TEN + 70 * MINUTE, TEN + 90 * MINUTE))).toEqual({ all: 1, tenants: {} });
  });

  it('passes an hour as soon as every pod was heard beyond it', async () => {
    expect(await through(...run('acme', 59), ...run('globex', 59))).toEqual({
      all: 0,
      tenants: { acme: 0, globex: 0 },
    });
    expect(await through(...run('acme', 62), ...run('globex', 62))).toEqual({
      all: 1,
      tenants: { acme: 1, globex: 1 },
    });
  });

  it('waits for a pod that is still sending, or fell silent, a quarter of an hour and no longer', async () => {
    expect(await through(...run('acme', 55), ...run('globex', 65))).toEqual({
      all: 0,
      tenants: { acme: 0, globex: 1 },
    });
    // It has ended by all that is known.
    expect(await through(...run('acme', 45), ...run('globex', 65))).toEqual({
      all: 1,
      tenants: { acme: 1, globex: 1 },
    });
    const late = run('acme', 50).map((line) => ({ ...line, arrival: line.time + 40 * MINUTE }));
    expect(await through(...late, ...run('globex', 74))).toEqual({ all: 0, tenants: { acme: 0, globex: 1 } });
    expect(await through(...late, ...run('globex', 80))).toEqual({ all: 1, tenants: { acme: 1, globex: 1 } });
  });

  it('is not held back by a cell that stands still, whose own stays', async () => {
    expect(await through(...run('far', 20), ...run('acme', 140))).toEqual({ all: 2, tenants: { acme: 2, far: 0 } });
    expect(await through(...run('far', 120), ...run('acme', 130))).toEqual({ all: 1, tenants: { acme: 2, far: 1 } });
  });

  it('does not take an import for what agents have not sent yet, until a day after the last heartbeat', async () => {
    const imported = (arrival: number): Printed => ({ tenant: '_shared', time: TEN + 150 * MINUTE, arrival, id: 'i' });
    expect((await through(...run('acme', 65), imported(TEN + 5 * HOUR_MS))).all).toBe(1);
    expect((await through(...run('acme', 65), imported(TEN + 30 * HOUR_MS))).all).toBe(3);
  });

  it('goes by the heartbeats’ own time where they came in a file', async () => {
    const recorded = run('acme', 65).map((line) => ({ ...line, arrival: TEN + 100 * HOUR_MS }));
    // Nobody sends any more: the file is all there is.
    expect(await through(...recorded)).toEqual({ all: 2, tenants: { acme: 1 } });
    expect((await through(...recorded.map((line) => ({ ...line, arrival: TEN + 20 * HOUR_MS })))).all).toBe(1);
  });
});
