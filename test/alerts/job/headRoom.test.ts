import { expect, it } from 'vitest';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import { HOUR_MS } from '../../../model/index.js';
import { metricValue } from '../signals/signalSources.js';
import { rigOf, toldOf, type World } from './world.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-20T00:00:00Z');
const ONSET = START + 40 * HOUR_MS;
const usual = (tenant: number, at: number): number => {
  const x = Math.sin(tenant * 12.9898 + Math.floor(at / (5 * MINUTE)) * 78.233) * 43758.5453;
  return 5e7 * (0.85 + 0.3 * (x - Math.floor(x)));
};

/** What is told in the first half hour of a tenant at eight times its use, when so much of the capacity was in use before. */
async function toldAt(use: number | undefined): Promise<readonly string[]> {
  const hourly = 15 * 5e7;
  const world: World = {
    tenants: Array.from({ length: 15 }, (_, index) => `t${index}`),
    start: START,
    rate: (tenant, at) => usual(tenant, at) * (tenant === 3 && at >= ONSET ? 8 : 1),
    // The last hour that was imported is the one before the onset.
    metrics: ({ start, end }) =>
      Array.from({ length: Math.round((end - start) / HOUR_MS) + 1 }, (_, place) => start + place * HOUR_MS)
        .filter((hour) => use !== undefined && hour < ONSET)
        .flatMap((hour) => [
          metricValue('ConsumedReadCapacityUnits', hourly * (use ?? 0), { start: hour }),
          metricValue('ProvisionedReadCapacityUnits', (12 * hourly) / 3600, { start: hour }),
        ]),
  };
  const rig = rigOf(world, { settings: { fast: true, settleMs: 120_000 } });
  for (rig.at = ONSET - 20 * MINUTE; rig.at < ONSET + 30 * MINUTE; rig.at += 5 * MINUTE) await runAlerts(rig.job);
  return toldOf(rig).filter((told) => told.includes('t3'));
}

it('measured head-room keeps windows of five minutes from paging; what may be pressed, or is unknown, does not', async () => {
  expect(await toldAt(0.1)).toEqual([]);
  // Half as much again of two fifths is no head-room.
  expect(await toldAt(0.4)).toEqual(['opened t3/DynamoDB/up PAGE']);
  expect(await toldAt(undefined)).toEqual(['opened t3/DynamoDB/up PAGE']);
});
