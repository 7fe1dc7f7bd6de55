import { describe, expect, it } from 'vitest';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import { HOUR_MS } from '../../../model/index.js';
import { rigOf, toldOf, type World } from './world.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const NOISE = (tenant: number, at: number): number => {
  const x = Math.sin(tenant * 12.9898 + Math.floor(at / (5 * MINUTE)) * 78.233) * 43758.5453;
  return 5e7 * (0.85 + 0.3 * (x - Math.floor(x)));
};
/** Minutes from the onset of a ×8 to the page; lines are booked a buffer and ten seconds after they are printed. */
async function minutesToPage(bufferS: number, onset: number, times = 8): Promise<number | undefined> {
  const world: World = {
    tenants: Array.from({ length: 15 }, (_, index) => `t${index}`),
    start: START,
    rate: (tenant, at) => NOISE(tenant, at) * (tenant === 3 && at >= onset ? times : 1),
    latencyMs: (bufferS + 10) * 1000,
  };
  const rig = rigOf(world, { settings: { fast: true, settleMs: (bufferS + 60) * 1000 } });
  for (rig.at = onset - 20 * MINUTE; rig.at < onset + 60 * MINUTE; rig.at += 5 * MINUTE) {
    await runAlerts(rig.job);
    if (toldOf(rig).includes('opened t3/DynamoDB/up PAGE')) return (rig.at - onset) / MINUTE;
  }
  return undefined;
}

describe('windows of five minutes', () => {
  // The world is told in whole windows, so that an onset within one counts from the window's end at worst.
  const onsets = [0, 1, 2, 3, 4].map((minute) => START + 40 * HOUR_MS + 17 * 5 * MINUTE + minute * MINUTE);

  it.each(onsets)(
    'page within 20 minutes of the onset of a ×8 at 60 s of buffer, whenever it begins (%i)',
    async (onset) => {
      expect(await minutesToPage(60, onset)).toBeLessThanOrEqual(20);
    },
  );

  it.each(onsets)('and within 25 at 300 s (%i)', async (onset) => {
    expect(await minutesToPage(300, onset)).toBeLessThanOrEqual(25);
  });

  it('make no ticket, resolve nothing, and judge nobody new', async () => {
    expect(await minutesToPage(60, START + 40 * HOUR_MS, 1)).toBeUndefined();
    const onset = START + 30 * HOUR_MS;
    const burst = (tenant: number, at: number): number => {
      if (tenant === 7 && at < onset - 3 * HOUR_MS) return 0;
      const loud = (tenant === 3 && at < onset + 15 * MINUTE && at >= onset) || tenant === 7;
      return NOISE(tenant, at) * (loud ? 8 : 1);
    };
    const tenants = Array.from({ length: 15 }, (_, index) => `t${index}`);
    const rig = rigOf({ tenants, start: START, rate: burst }, { settings: { fast: true, settleMs: 120_000 } });
    for (rig.at = onset; rig.at < onset + 50 * MINUTE; rig.at += 5 * MINUTE) await runAlerts(rig.job);
    expect(toldOf(rig).filter((told) => told.includes('t3'))).toEqual(['opened t3/DynamoDB/up PAGE']);
    const { state } = await rig.job.store.read();
    expect(state.open.filter(({ tenant_id }) => tenant_id === 't3')).toMatchObject([{ calm_windows: 0 }]);
    // Three hours old: at most a ticket, and that only of hours.
    expect(toldOf(rig).filter((told) => told.includes('t7') && told.includes('PAGE'))).toEqual([]);
  });

  it('wait for tenants whose agents are not heard, and are left out when they do not come', async () => {
    const tenants = Array.from({ length: 10 }, (_, index) => `t${index}`);
    const world: World = { tenants, start: START, rate: NOISE };
    const rig = rigOf(world, { settings: { fast: true, settleMs: 120_000 } });
    const at = START + 40 * HOUR_MS;
    const stuck = tenants.map((tenant_id, index) => ({
      tenant_id,
      reached: at,
      heardThrough: index < 3 ? at - HOUR_MS : at + HOUR_MS,
      graceMs: 900_000,
    }));
    const source = { ...rig.job.source, recent: async () => ({ ...(await rig.job.source.recent()), reach: stuck }) };
    const job = { ...rig.job, source: source as typeof rig.job.source };
    rig.at = at + 3 * MINUTE;
    expect(await runAlerts(job)).toMatchObject({ recent: 0 });
    rig.at = at + 30 * MINUTE;
    expect((await runAlerts(job)).judged.recent).toBe(at + 10 * MINUTE);
  });
});
