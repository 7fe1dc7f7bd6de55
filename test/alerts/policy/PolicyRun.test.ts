import { describe, expect, it } from 'vitest';
import type { Observation, PolicyWindow } from '../../../alerts/policy/advanceIncidents.js';
import { NO_MEMORY, type PolicyMemory, PolicyRun } from '../../../alerts/policy/PolicyRun.js';
import { HOUR_MS, type Incident, silenceSchema } from '../../../model/index.js';

const AT = Date.parse('2026-11-23T00:00:00Z');
const observation = (tenant: string, at: number, over: Partial<Observation> = {}): Observation => ({
  kind: 'noisy_tenant',
  tenant_id: tenant,
  service: 'DynamoDB',
  direction: 'up',
  severity: 'PAGE',
  calm: false,
  extent: { at, amount: 30, share: 0.3, ratio: 6 },
  sentence: `${tenant} used 30 % of DynamoDB`,
  ...over,
});
const window = (at: number, observations: readonly Observation[], over: Partial<PolicyWindow> = {}): PolicyWindow => ({
  at,
  judged: new Set(['DynamoDB']),
  observations,
  ...over,
});
const settings = (at: number, over = {}) => ({ at, silences: [], maintenance: [], pagesPerHour: 5, ...over });

/** Runs hour by hour; `on` says what is observed. Gives what was told, as `hour kind key`. */
function hours(
  count: number,
  on: (hour: number, at: number) => readonly Observation[],
  over: (hour: number) => object = () => ({}),
) {
  let memory: PolicyMemory = NO_MEMORY;
  const told: string[] = [];
  const more: number[] = [];
  for (let hour = 1; hour <= count; hour += 1) {
    const at = AT + hour * HOUR_MS;
    const run = new PolicyRun(memory);
    run.take(window(at, on(hour, at)));
    const decision = run.decide(settings(at, over(hour)));
    memory = decision.memory;
    for (const { transition, held } of decision.plan.notifications)
      if (held === undefined) told.push(`${hour} ${transition.kind} ${transition.incident.key}`);
    if (decision.plan.more !== undefined) more.push(decision.plan.more.count);
  }
  return { memory, told, more };
}

describe('an incident that comes back', () => {
  it('within six hours is the same, with its turns, and needs more calm each time', () => {
    const { memory, told } = hours(24, (hour, at) => ([1, 6, 14].includes(hour) ? [observation('acme', at)] : []));
    const all: readonly Incident[] = [...memory.open, ...memory.resolved];
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ opened_at: AT + HOUR_MS, windows: 3, state: 'resolved' });
    expect(told).toEqual([
      '1 opened acme/DynamoDB/up',
      '4 resolved acme/DynamoDB/up',
      '6 opened acme/DynamoDB/up',
      '12 resolved acme/DynamoDB/up',
      '14 opened acme/DynamoDB/up',
      '23 resolved acme/DynamoDB/up',
    ]);
  });

  it('on and off around the threshold for a day is one incident, told of a few times', () => {
    const { memory, told } = hours(24, (hour, at) => (hour % 2 === 0 ? [observation('acme', at)] : []));
    expect([...memory.open, ...memory.resolved]).toHaveLength(1);
    expect(told.filter((one) => one.includes('opened'))).toHaveLength(1);
    expect(told.filter((one) => one.includes('reminder')).length).toBeLessThanOrEqual(6);
  });

  it('later is another', () => {
    const { memory } = hours(14, (hour, at) => ([1, 14].includes(hour) ? [observation('acme', at)] : []));
    expect([...memory.open, ...memory.resolved]).toHaveLength(2);
  });
});

describe('what was held back', () => {
  const silence = silenceSchema.parse({
    version: 1,
    id: '0123456789abcdef',
    match: { tenant_id: 'acme' },
    owner: 'kim',
    reason: 'migration',
    starts_at: AT,
    ends_at: AT + 4 * HOUR_MS,
  });

  it('is told when nothing holds it back any more, if it still goes on', () => {
    const silenced = () => ({ silences: [silence] });
    expect(hours(6, (_, at) => [observation('acme', at)], silenced).told).toEqual(['4 opened acme/DynamoDB/up']);
    expect(hours(6, (hour, at) => (hour < 3 ? [observation('acme', at)] : []), silenced).told).toEqual([]);
  });

  it('by the cap is told five an hour, with one word of the rest', () => {
    const tenants = Array.from({ length: 100 }, (_, index) => `t${index}`);
    const { told, more } = hours(2, (_, at) => tenants.map((tenant) => observation(tenant, at)));
    expect(told).toHaveLength(10);
    expect(more).toEqual([95, 90]);
    const [first] = [hours(1, (_, at) => tenants.map((tenant) => observation(tenant, at)))];
    expect(first).toMatchObject({ more: [95], told: { length: 5 } });
  });
});

describe('a window', () => {
  const open = (): PolicyMemory => {
    const run = new PolicyRun(NO_MEMORY);
    run.take(window(AT, [observation('acme', AT)]));
    return run.decide(settings(AT)).memory;
  };

  it('in which too many stood out says nothing of any one', () => {
    const run = new PolicyRun(open());
    for (let hour = 1; hour <= 4; hour += 1)
      run.take(window(AT + hour * HOUR_MS, [], { unnamed: new Set(['DynamoDB']) }));
    expect(run.open).toMatchObject([{ key: 'acme/DynamoDB/up', calm_windows: 0 }]);
  });

  it('that can only raise neither calms nor resolves', () => {
    const run = new PolicyRun(open());
    for (let minute = 1; minute <= 12; minute += 1) run.take(window(AT + minute * 300_000, [], { raisesOnly: true }));
    expect(run.open).toMatchObject([{ calm_windows: 0, updated_at: AT }]);
    run.take(window(AT + 13 * 300_000, [observation('acme', AT + 13 * 300_000)], { raisesOnly: true }));
    expect(run.open).toMatchObject([{ windows: 2 }]);
  });
});
