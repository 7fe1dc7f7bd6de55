import { describe, expect, it } from 'vitest';
import { hourlyUseOf } from '../../alerts/job/HourlyUse.js';
import { runAlerts } from '../../alerts/job/runAlerts.js';
import type { UsageSource } from '../../alerts/job/UsageSource.js';
import { Prng } from '../../ingest/simulator/Prng.js';
import type { ScenarioName } from '../../ingest/simulator/SimulateOptions.js';
import { scenarioLoad } from '../../ingest/simulator/scenarioLoad.js';
import { season } from '../../ingest/simulator/season.js';
import { DAY_MS, HOUR_MS } from '../../model/index.js';
import { runSimulation, smallOptions } from '../ingest/simulator/readSimulation.js';
import { type Rig, rigOf, sourceOf, type World } from './job/world.js';

const END = Date.parse('2026-11-24T00:00:00Z');
const DETAILED_HOURS = 24;
const NAMES_OF = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index).padStart(2, '0')}`);

/** A scenario's DynamoDB use straight as the ledger's hours: the simulator's loads, season and noise, at a price that matters. */
function worldOf(scenario: ScenarioName, days: number, names: readonly string[]): World {
  const start = END - days * DAY_MS;
  const prng = new Prng(1);
  const noise = Array.from({ length: days * 24 }, () => names.map(() => 0.9 + 0.2 * prng.next()));
  return {
    tenants: names,
    start,
    hourly: true,
    rate: (index, at) => {
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      const of = { hour, detailedFrom: END - DETAILED_HOURS * HOUR_MS, end: END, tenants: names.length };
      return 5e7 * scenarioLoad(scenario, index, of) * season(hour) * (noise[(hour - start) / HOUR_MS]?.[index] ?? 1);
    },
    throttled: (at) => (scenario === 'throttled' && at >= END - DETAILED_HOURS * HOUR_MS ? 40 : 0),
  };
}

/** Runs the job `every` so many hours over the last `hours`, and gives every incident there was. */
async function incidentsOf(scenario: ScenarioName, of: { days?: number; hours?: number; every?: number } = {}) {
  const { days = 28 } = of;
  // Whoever is compared with its tier needs eight others in it.
  const names = NAMES_OF(scenario === 'tiers' ? 27 : 15);
  const tenants = names.map((tenant_id, index) => ({
    tenant_id,
    tier: scenario === 'tiers' && index % 3 === 2 ? 'large' : 'standard',
    expected_share: (scenario === 'whale-by-contract' && index === 0 ? { DynamoDB: 0.3 } : {}) as Record<
      string,
      number
    >,
  }));
  return incidentsIn(rigOf(worldOf(scenario, days, names), { tenants }), of);
}

async function incidentsIn(rig: Rig, of: { readonly hours?: number; readonly every?: number }) {
  const { hours = DETAILED_HOURS, every = 1 } = of;
  for (rig.at = END - hours * HOUR_MS; rig.at <= END; rig.at += every * HOUR_MS) await runAlerts(rig.job);
  const { state } = await rig.job.store.read();
  const incidents = [...state.open, ...state.resolved].map(({ key, kind, severity }) => `${severity} ${kind} ${key}`);
  const opened = rig.sent.flatMap(({ plan }) =>
    plan.notifications.filter(({ transition }) => ['opened', 'escalated'].includes(transition.kind)),
  );
  return {
    incidents: incidents.sort(),
    pages: opened.filter(({ transition }) => transition.incident.severity === 'PAGE').length,
  };
}

describe('after four weeks of history', () => {
  it.each<[ScenarioName, readonly string[], number]>([
    ['quiet', [], 0],
    ['noisy-dynamodb', ['PAGE noisy_tenant t00/DynamoDB/up'], 1],
    ['two-noisy', ['PAGE noisy_tenant t00/DynamoDB/up', 'PAGE noisy_tenant t01/DynamoDB/up'], 2],
    ['fleet-surge', ['TICKET infrastructure _fleet/DynamoDB/up'], 0],
    ['whale-by-contract', [], 0],
    ['tiers', [], 0],
    ['throttled', ['PAGE noisy_tenant t00/DynamoDB/up'], 1],
    ['pooled', ['PAGE noisy_tenant t00/DynamoDB/up'], 1],
  ])('%s ends in what is expected and nothing else', async (scenario, incidents, pages) => {
    expect(await incidentsOf(scenario)).toEqual({ incidents, pages });
  });

  it('pooled ends in the consumer that the shared service names in its lines, and not in the service', async () => {
    const hours = 4;
    const { truth } = await runSimulation(
      smallOptions({ scenario: 'pooled', tenants: 15, hours, historyHours: 28 * 24 - hours, linesPerTenantHour: 80 }),
    );
    // Of other services the history has fewer lines than the detailed hours.
    const usage = truth.usage
      .filter(({ service }) => service === 'DynamoDB')
      .map((row) => ({
        ...row,
        event_hour: Date.parse(row.event_hour),
        quantity_micros: BigInt(row.quantity_micros),
      }));
    const world = worldOf('pooled', 28, [...truth.tenants]);
    const source: UsageSource = {
      ...sourceOf(world, () => rig.at),
      hours: async ({ start, end }, prices) =>
        hourlyUseOf(
          usage.filter(({ event_hour }) => event_hour >= start && event_hour < end),
          prices,
        ),
    };
    const rig: Rig = rigOf(world, { source });
    expect(await incidentsIn(rig, { hours })).toEqual({
      incidents: ['PAGE noisy_tenant acme/DynamoDB/up'],
      pages: 1,
    });
    expect(truth.incidents).toMatchObject([{ tenant_id: 'acme', service: 'DynamoDB' }]);
  }, 300_000);

  it('new-tenant ends in nothing, or a ticket', async () => {
    const { incidents, pages } = await incidentsOf('new-tenant');
    expect(pages).toBe(0);
    expect(incidents.filter((one) => one !== 'TICKET noisy_tenant t14/DynamoDB/up')).toEqual([]);
  });
});

describe('after ten weeks', () => {
  it('creep ends in a ticket, and no page', async () => {
    expect(await incidentsOf('creep', { days: 70, hours: 16 * 24, every: 24 })).toEqual({
      incidents: ['TICKET noisy_tenant t00/DynamoDB/up'],
      pages: 0,
    });
  });
});
