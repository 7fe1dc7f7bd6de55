import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import { openPolicyStore } from '../../../alerts/state/policyStore.js';
import { HOUR_MS, type Incident } from '../../../model/index.js';
import { memoryStore, type Rig, rigOf, toldOf, type World } from './world.js';

const START = Date.parse('2026-11-20T00:00:00Z');
const FROM = START + 60 * HOUR_MS;
const steady = (tenant: number, at: number): number =>
  5e7 * (1 + 0.05 * Math.sin(tenant * 7 + Math.floor(at / HOUR_MS) * 3));
const world = (of: World['rate'] = steady, over: Partial<World> = {}): World => ({
  tenants: Array.from({ length: 12 }, (_, index) => `t${index}`),
  start: START,
  rate: of,
  ...over,
});
const noisy = (tenant: number, at: number): number =>
  steady(tenant, at) * (tenant === 3 && at >= FROM && at < FROM + 5 * HOUR_MS ? 6 : 1);

async function runHours(rig: Rig, from: number, until: number, step = HOUR_MS): Promise<void> {
  for (rig.at = from; rig.at <= until; rig.at += step) await runAlerts(rig.job);
}

describe('the alerting job', () => {
  it('pages once, explains it, resolves it, and tells after each run that it ran', async () => {
    const parts = [
      { operation: 'Query', resource: 'plays', meter: 'read_units', now_micros: 290n, before_micros: 280n },
      { operation: 'Scan', resource: 'plays', meter: 'read_units', now_micros: 1500n, before_micros: 20n },
    ];
    const rig = rigOf(world(noisy, { parts }));
    await runHours(rig, FROM, FROM + 10 * HOUR_MS);
    expect(toldOf(rig)).toEqual(['opened t3/DynamoDB/up PAGE', 'resolved t3/DynamoDB/up PAGE']);
    expect(rig.beats).toHaveLength(11);
    const finding = rig.sent[0]?.plan.notifications[0]?.transition.incident.finding;
    expect(finding).toMatchObject({
      kind: 'noisy_tenant',
      rank: 1,
      attribution: [{ dimension: 'operation', value: 'Scan' }],
      reports: expect.arrayContaining([
        expect.stringContaining('report run tenant-share --param service=DynamoDB --since'),
      ]),
    });
    expect(finding?.tests).toContain('C_strong');
    expect(finding?.sentence).toMatch(/^t3 used 3\d % of DynamoDB from .* The excess is operation Scan/);
    expect(finding?.next[0]).toContain('on-demand throughput');
    expect(finding?.excess_per_day).toBeGreaterThan(4 * 24 * 5e7 * 2.5e-7 * 0.5);
    const { state } = await rig.job.store.read();
    expect(state).toMatchObject({ open: [], outbox: [], judged: { hourly: FROM + 10 * HOUR_MS } });
    expect(state.resolved).toHaveLength(1);
  });

  it('interrupted between two windows, it has written and sent nothing, and the next run does all: it ran on to its end', async () => {
    let turns = 0;
    const cells: Parameters<typeof memoryStore>[0] = new Map();
    const store = openPolicyStore(memoryStore(cells));
    const turn = async (): Promise<void> => {
      turns += 1;
      if (turns === 4) throw new Error('interrupted');
    };
    const rig = rigOf(world(noisy), { store, turn });
    rig.at = FROM;
    await runAlerts(rig.job);
    const before = JSON.stringify([...cells]);
    rig.at = FROM + 5 * HOUR_MS;
    await expect(runAlerts(rig.job)).rejects.toThrow('interrupted');
    expect(JSON.stringify([...cells])).toBe(before);
    expect({ sent: rig.sent, beats: rig.beats }).toEqual({ sent: [], beats: [FROM] });
    await runAlerts(rig.job);
    const straight = rigOf(world(noisy));
    straight.at = FROM;
    await runAlerts(straight.job);
    straight.at = rig.at;
    await runAlerts(straight.job);
    expect(rig.sent).toEqual(straight.sent);
    expect((await rig.job.store.read()).state).toEqual((await straight.job.store.read()).state);
  });

  it('says nothing twice when it is run twice in an hour', async () => {
    const rig = rigOf(world(noisy));
    await runHours(rig, FROM, FROM + 10 * HOUR_MS, HOUR_MS / 3);
    expect(toldOf(rig)).toEqual(['opened t3/DynamoDB/up PAGE', 'resolved t3/DynamoDB/up PAGE']);
  });

  it('judges missed hours in their order, and tells of no incident that is over', async () => {
    const rig = rigOf(world(noisy));
    rig.at = FROM;
    await runAlerts(rig.job);
    rig.at = FROM + 14 * HOUR_MS;
    await runAlerts(rig.job);
    expect(toldOf(rig)).toEqual([]);
    const { state } = await rig.job.store.read();
    expect(state.resolved).toMatchObject([{ key: 't3/DynamoDB/up', severity: 'PAGE', notified: null }]);
  });

  it('pages once when any number of runs begin at the same time', async () => {
    const cells = new Map();
    const rigs = Array.from({ length: 4 }, () => rigOf(world(noisy), { store: openPolicyStore(memoryStore(cells)) }));
    for (let hour = 0; hour <= 10; hour += 1) {
      await Promise.all(
        rigs.map((rig) => {
          rig.at = FROM + hour * HOUR_MS;
          return runAlerts(rig.job);
        }),
      );
    }
    expect(rigs.flatMap(toldOf)).toEqual(['opened t3/DynamoDB/up PAGE', 'resolved t3/DynamoDB/up PAGE']);
  });

  it('hands over again what a run that died, or could not, has left, and sends no heartbeat for it', async () => {
    const rig = rigOf(world(noisy), {
      deliver: async (plan, at) => {
        if (rig.at < FROM + 4 * HOUR_MS) throw new Error('the way is blocked');
        rig.sent.push({ at, plan });
      },
    });
    const failures = [];
    for (rig.at = FROM; rig.at <= FROM + 5 * HOUR_MS; rig.at += HOUR_MS)
      await runAlerts(rig.job).catch((error: Error) => failures.push(error.message));
    expect(failures.length).toBeGreaterThan(0);
    expect(rig.beats).toHaveLength(6 - failures.length);
    expect(toldOf(rig)).toEqual(['opened t3/DynamoDB/up PAGE']);
    // A run that took a parcel on and died: nobody else has it for five minutes, then the next one.
    const dead = rigOf(world(noisy), { deliver: () => new Promise(() => undefined) });
    dead.at = FROM + 2 * HOUR_MS;
    void runAlerts(dead.job);
    const left = async () => (await dead.job.store.read()).state.outbox;
    await expect.poll(left, { timeout: 60_000 }).toHaveLength(1);
    const next = rigOf(world(noisy), { store: dead.job.store });
    next.at = dead.at + 60_000;
    await runAlerts(next.job);
    expect(toldOf(next)).toEqual([]);
    next.at = dead.at + 6 * 60_000;
    await runAlerts(next.job);
    expect(toldOf(next)).toEqual(['opened t3/DynamoDB/up PAGE']);
  });

  it('does not judge hours that are not complete, says so, and takes a long run of them for an incident of its own', async () => {
    const rig = rigOf(
      world(noisy, {
        completeness: (hour) => ({
          hour,
          sound: hour >= FROM && hour < FROM + 6 * HOUR_MS ? 5 : 12,
          doubtful: hour >= FROM && hour < FROM + 6 * HOUR_MS ? 7 : 0,
          tenants: ['t1', 't2', 't4'],
        }),
      }),
    );
    await runHours(rig, FROM, FROM + 12 * HOUR_MS);
    expect(toldOf(rig)).toEqual([
      'opened _fleet/_pipeline/none TICKET',
      'escalated _fleet/_pipeline/none PAGE',
      'resolved _fleet/_pipeline/none PAGE',
    ]);
    const told = rig.sent[0]?.plan.notifications[0]?.transition.incident;
    expect(told?.sentence).toContain('of 12 tenants only 5 are complete (missing: t1, t2, t4, …)');
    expect(told?.finding).toMatchObject({
      kind: 'pipeline',
      next: [expect.stringContaining('report run completeness'), expect.anything()],
    });
  });

  it('pages for a pipeline that stands still', async () => {
    const rig = rigOf(world(), { source: { ...rigOf(world()).job.source, through: async () => FROM } });
    await runHours(rig, FROM, FROM + 9 * HOUR_MS);
    expect(toldOf(rig)).toEqual(['opened _fleet/_pipeline/none TICKET', 'escalated _fleet/_pipeline/none PAGE']);
  });

  it('has the same incidents however its windows are cut into runs, and repeated', async () => {
    const bare = ({ notified: _, finding: __, ...rest }: Incident): object => rest;
    const flapping = (tenant: number, at: number): number => {
      const hour = Math.floor((at - FROM) / HOUR_MS);
      const on = (tenant === 3 && hour >= 0 && hour % 7 < 3) || (tenant === 5 && hour >= 8 && hour < 12);
      return steady(tenant, at) * (on ? 6 : 1);
    };
    const incidentsAfter = async (stops: readonly number[]): Promise<object> => {
      const rig = rigOf(world(flapping));
      rig.at = FROM;
      await runAlerts(rig.job);
      for (const stop of stops) {
        rig.at = FROM + stop * HOUR_MS;
        await runAlerts(rig.job);
      }
      const { state } = await rig.job.store.read();
      const usage = (of: readonly Incident[]): object[] => of.filter(({ kind }) => kind !== 'pipeline').map(bare);
      return { open: usage(state.open), resolved: usage(state.resolved), unlearnt: state.unlearnt };
    };
    const every = await incidentsAfter(Array.from({ length: 24 }, (_, hour) => hour + 1));
    expect(every).toMatchObject({ resolved: [{ key: 't5/DynamoDB/up' }], open: [{ key: 't3/DynamoDB/up' }] });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 23 }), { maxLength: 12 }), async (stops) => {
        expect(await incidentsAfter([...stops.sort((a, b) => a - b), 24])).toEqual(every);
      }),
      { numRuns: 5 },
    );
  });
});
