import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS } from '../../model/index.js';
import {
  completenessByHour,
  describeCompleteness,
  type Engine,
  findReport,
  parseParameters,
  runReport,
} from '../../queries/index.js';
import { agentPrints } from './agentLake.js';
import { openBench } from './completenessBench.js';

const TEN = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
const WINDOW = { start: TEN, end: TEN + 4 * HOUR_MS };
let bench: Awaited<ReturnType<typeof openBench>>;
let lake: string;

beforeAll(async () => {
  bench = await openBench(TEN);
  const pod = (tenant: string, name: string, from: number, until: number) =>
    agentPrints({ tenant, pod: name, from: TEN + from * MINUTE, until: TEN + until * MINUTE });
  // One falls silent for an hour and comes again, one runs for an hour, and one has just been heard.
  lake = await bench.lakeOf([
    ...pod('acme', 'a', 0, 50),
    ...pod('acme', 'a', 130, 300),
    ...pod('globex', 'g', 5, 65),
    ...pod('clock', 'c', 0, 260),
  ]);
}, 300_000);
afterAll(() => bench.close());

/** The same engine, and every statement it was asked. */
function listening(engine: Engine): { readonly engine: Engine; readonly asked: string[] } {
  const asked: string[] = [];
  const query: Engine['query'] = (sql) => {
    asked.push(sql);
    return engine.query(sql);
  };
  return { engine: { ...engine, query }, asked };
}

it('hours and their sum are one statement, and say what the rows of the report say', async () => {
  await bench.asking(lake, async (opened) => {
    const report = findReport('completeness');
    const { rows } = await runReport(opened, report, parseParameters(report, [], { window: WINDOW }));
    const { engine, asked } = listening(opened);
    const hours = await completenessByHour(engine, WINDOW);
    const figure = await describeCompleteness(engine, WINDOW);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toBe(asked[1]);
    const count = (hour: number, ...states: readonly string[]): number =>
      rows.filter(([, at, state]) => Date.parse(String(at)) === hour && states.includes(String(state))).length;
    const known = [...new Set(rows.filter(([, , state]) => state !== 'idle').map(([, at]) => Date.parse(String(at))))];
    expect(hours.map(({ hour }) => hour)).toEqual(known.sort());
    for (const { hour, sound, doubtful, tenants } of hours) {
      expect([sound, doubtful]).toEqual([count(hour, 'complete', 'declared'), count(hour, 'incomplete', 'open')]);
      const named = rows.filter(
        ([, at, state]) => Date.parse(String(at)) === hour && ['incomplete', 'open'].includes(String(state)),
      );
      expect(tenants).toEqual(named.map(([tenant]) => tenant).slice(0, 3));
    }
    const doubtful = hours.reduce((sum, one) => sum + one.doubtful, 0);
    expect(doubtful).toBeGreaterThan(0);
    const judged = rows.filter(([, , state]) => state !== 'idle' && state !== 'declared').length;
    expect(figure).toContain(`${doubtful} of ${judged} tenant-hours`);
  });
});

it('a report that is asked for without it has nobody judge its window', async () => {
  await bench.asking(lake, async (opened) => {
    const report = findReport('late-data');
    const values = parseParameters(report, [], { window: WINDOW });
    const { beside: _, ...plain } = opened;
    const { engine, asked } = listening(plain);
    const whole = await runReport(engine, report, values);
    const all = asked.length;
    const alone = await runReport(engine, report, values, { unjudged: true });
    expect(alone.rows).toEqual(whole.rows);
    expect(asked.length - all).toBe(all - 1);
    expect(alone.stats.completeness).toBe('not judged: it was not asked for');
  });
});
