import { describe, expect, it } from 'vitest';
import { runAlerts } from '../../../alerts/job/runAlerts.js';
import { type Budget, budgetSchema, HOUR_MS, type Incident } from '../../../model/index.js';
import type { HourCompleteness } from '../../../queries/index.js';
import { type Rig, rigOf, toldOf, type World } from './world.js';

const START = Date.parse('2026-11-16T00:00:00Z');
const FROM = START + 100 * HOUR_MS;
/** At $0.125 a million read units, ten cents an hour for each tenant. */
const UNITS = 8e5;
const world = (over: Partial<World> = {}, times: (tenant: number, hour: number) => number = () => 1): World => ({
  tenants: Array.from({ length: 6 }, (_, index) => `t${index}`),
  start: START,
  rate: (tenant, at) => UNITS * times(tenant, Math.floor((at - FROM) / HOUR_MS)),
  hourly: true,
  ...over,
});
/** A budget that an hour's cost lasts 30 days at: a burn of 1 is the usual rate. */
const budget = (times: number, over: Readonly<Record<string, string | undefined>> = {}): Budget =>
  budgetSchema.parse({ tenant: 't3', service: 'DynamoDB', usd: (0.1 * 720 * times).toFixed(6), ...over });

async function runHours(rig: Rig, hours: number, from = 0): Promise<void> {
  for (let hour = from; hour <= hours; hour += 1) {
    rig.at = FROM + hour * HOUR_MS;
    await runAlerts(rig.job);
  }
}
const ofBudgets = (rig: Rig): readonly string[] => toldOf(rig).filter((told) => told.includes('/budget '));
const KEY = 't3/DynamoDB/budget';

describe('budgets in the alerting job', () => {
  it('open a ticket, grow into a page, and resolve when the spend is usual again; each is told once', async () => {
    // Within the budget, then twice what lasts, then ten times, then as before.
    const spend = (tenant: number, hour: number): number =>
      tenant !== 3 ? 1 : hour >= 0 && hour < 60 ? 2.4 : hour >= 60 && hour < 64 ? 14 : 1;
    const rig = rigOf(world({}, spend), { budgets: [budget(1.2, { owner: 'the media team' })] });
    await runHours(rig, 80);
    expect(ofBudgets(rig).filter((told) => !told.startsWith('reminder'))).toEqual([
      `opened ${KEY} TICKET`,
      `escalated ${KEY} PAGE`,
      `resolved ${KEY} PAGE`,
    ]);
    const told = rig.sent.flatMap(({ plan }) => plan.notifications.map(({ transition }) => transition));
    const page = told.find(({ kind, incident }) => kind === 'escalated' && incident.kind === 'budget')?.incident;
    expect(page?.finding).toMatchObject({
      kind: 'budget',
      severity: 'PAGE',
      tenant_id: 't3',
      service: 'DynamoDB',
      basis: 'USD at list price',
      next: expect.arrayContaining([expect.stringContaining('tell the media team')]),
      reports: expect.arrayContaining([expect.stringContaining('tenant-usage-by-hour --param tenant_id=t3')]),
    });
    expect(page?.finding?.actual).toBeGreaterThan(6 * (page?.finding?.expected ?? 0));
    expect(page?.sentence).toMatch(
      /^t3 used DynamoDB for \$\d\.\d\d at list price in the 6 hours to 2026-11-2\d \d\d:00 UTC, 6\.\d times the rate of a budget of \$86\.40 in 30 days; at this rate it lasts 4\.\d days\.$/,
    );
  });

  it('say nothing twice when runs are repeated or missed', async () => {
    const spend = (tenant: number, hour: number): number => (tenant === 3 && hour >= 0 && hour < 8 ? 12 : 0.5);
    const rig = rigOf(world({}, spend), { budgets: [budget(1)] });
    await runHours(rig, 2);
    await runHours(rig, 4, 2);
    await runHours(rig, 4, 3);
    rig.at = FROM + 20 * HOUR_MS;
    await runAlerts(rig.job);
    expect(ofBudgets(rig)).toEqual([`opened ${KEY} PAGE`, `resolved ${KEY} PAGE`]);
  });

  it('are not judged while their window is incomplete: nothing opens by it, and nothing ends by it', async () => {
    const spend = (tenant: number, hour: number): number => (tenant === 3 && hour >= 0 && hour < 30 ? 3 : 0.5);
    const holes =
      (from: number, until: number) =>
      (hour: number): HourCompleteness => {
        const lost = hour >= FROM + from * HOUR_MS && hour < FROM + until * HOUR_MS;
        return { hour, sound: lost ? 1 : 6, doubtful: lost ? 5 : 0, tenants: ['t1'] };
      };
    const blind = rigOf(world({ completeness: holes(-20, -19) }, spend), { budgets: [budget(1)] });
    await runHours(blind, 30);
    // Three days after the hour that was lost it can be told again, and by then it is over.
    expect(ofBudgets(blind)).toEqual([]);
    const open = rigOf(world({ completeness: holes(34, 35) }, spend), { budgets: [budget(1)] });
    await runHours(open, 60);
    expect(ofBudgets(open)).toEqual([`opened ${KEY} TICKET`]);
    const { state } = await open.job.store.read();
    expect(state.open.map(({ key }) => key)).toContain(KEY);
    // A ledger that begins too late is no cheap month.
    const young = rigOf(
      world({ start: FROM - 20 * HOUR_MS }, () => 3),
      { budgets: [budget(1)] },
    );
    await runHours(young, 30);
    expect(ofBudgets(young)).toEqual([]);
    await runHours(young, 60, 31);
    expect(ofBudgets(young)[0]).toBe(`opened ${KEY} TICKET`);
  });

  it('page within the hour when five minutes are judged, too, which make no ticket and end nothing', async () => {
    const MINUTE = 60_000;
    const onset = FROM + 12 * HOUR_MS;
    // A third of the budget's rate, and thirty times the budget's for an hour.
    const { hourly: _, ...short } = world();
    const rate: World['rate'] = (tenant, at) =>
      (UNITS / 3) * (tenant === 3 && at >= onset && at < onset + HOUR_MS ? 90 : 1);
    const rig = rigOf({ ...short, rate }, { budgets: [budget(1)], settings: { fast: true } });
    rig.at = onset - HOUR_MS;
    await runAlerts(rig.job);
    for (rig.at = onset; rig.at < onset + 50 * MINUTE; rig.at += 5 * MINUTE) await runAlerts(rig.job);
    expect(ofBudgets(rig)).toEqual([`opened ${KEY} PAGE`]);
    const sent = rig.sent.find(({ plan }) =>
      plan.notifications.some(({ transition }) => transition.incident.key === KEY),
    );
    // 14.4 times in the last hour is half an hour of thirty times; then the window settles.
    expect(((sent?.at ?? 0) - onset) / MINUTE).toBeLessThanOrEqual(35);
    const told = sent?.plan.notifications.find(({ transition }) => transition.incident.key === KEY);
    expect(told?.transition.incident.finding?.sentence).toMatch(
      /^t3 used DynamoDB for \$1\.\d\d at list price in the hour to /,
    );
    await runHours(rig, 20, 14);
    expect(ofBudgets(rig)).toEqual([`opened ${KEY} PAGE`, `resolved ${KEY} PAGE`]);
  });

  it('of five minutes are told with their figures at the full hour, too, whose hours may be calm', async () => {
    const onset = FROM + 12 * HOUR_MS - 30 * 60_000;
    // Thirty times the budget's rate: half an hour of it is 14.4 times in the hour that ends on the hour.
    const { hourly: _, ...short } = world();
    const rate: World['rate'] = (tenant, at) => (UNITS / 3) * (tenant === 3 && at >= onset ? 90 : 1);
    const rig = rigOf({ ...short, rate }, { budgets: [budget(1)], settings: { fast: true } });
    rig.at = onset - HOUR_MS;
    await runAlerts(rig.job);
    rig.at = FROM + 12 * HOUR_MS + 2 * 60_000;
    await runAlerts(rig.job);
    const [told] = rig.sent.flatMap(({ plan }) =>
      plan.notifications.flatMap(({ transition: { incident } }) => (incident.key === KEY ? [incident] : [])),
    );
    expect(told).toMatchObject({ severity: 'PAGE', last: { at: FROM + 12 * HOUR_MS }, finding: { kind: 'budget' } });
  });

  it('stand beside the incident of the tenant itself, and do not keep it from being learnt', async () => {
    const spend = (tenant: number, hour: number): number => (tenant === 3 && hour >= 0 ? 9 : 1);
    const rig = rigOf(world({}, spend), { budgets: [budget(1)] });
    await runHours(rig, 12);
    const { open } = (await rig.job.store.read()).state;
    expect(open.map(({ key, kind }) => `${kind} ${key}`)).toEqual([
      'budget t3/DynamoDB/budget',
      'noisy_tenant t3/DynamoDB/up',
    ]);
    // A budget that is too small for what is usual freezes nothing.
    const usual = rigOf(world(), { budgets: [budget(0.5)] });
    await runHours(usual, 12);
    const { state } = await usual.job.store.read();
    expect(state.open).toMatchObject([{ kind: 'budget', severity: 'TICKET' }]);
    expect(state.unlearnt).toEqual([]);
  });

  it('of all tenants, and of all services, are of no single one', async () => {
    const rig = rigOf(world(), {
      budgets: [budget(4, { tenant: undefined }), budget(0.5, { service: undefined })],
    });
    await runHours(rig, 1);
    const told = rig.sent.flatMap(({ plan }) => plan.notifications.map(({ transition: { incident } }) => incident));
    expect(told.map(({ key }: Incident) => key).sort()).toEqual(['_fleet/DynamoDB/budget', 't3/_all/budget']);
    const [fleet, all] = [...told].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(fleet?.sentence).toMatch(/^All tenants together used DynamoDB for \$43\.20 .*, 1\.5 times/);
    expect(all?.sentence).toMatch(/^t3 used all services with list prices for \$7\.20 .*, 2\.0 times/);
    expect(all?.finding?.reports?.[0]).toContain('service-by-tenant-matrix');
  });

  it('go through silences, and end when they are taken out of the configuration', async () => {
    const rig = rigOf(world(), { budgets: [budget(0.5)] });
    await rig.job.store.update((state) => ({
      ...state,
      silences: [
        {
          version: 1,
          id: '0123456789abcdef',
          match: { kind: 'budget' },
          owner: 'kim',
          reason: 'TS-40',
          starts_at: FROM - HOUR_MS,
          ends_at: FROM + 5 * HOUR_MS,
        },
      ],
    }));
    await runHours(rig, 4);
    expect(ofBudgets(rig)).toEqual([]);
    await runHours(rig, 5, 5);
    expect(ofBudgets(rig)).toEqual([`opened ${KEY} TICKET`]);
    const without = rigOf(world(), { store: rig.job.store });
    await runHours(without, 9, 6);
    expect(ofBudgets(without)).toEqual([`resolved ${KEY} TICKET`]);
  });
});
