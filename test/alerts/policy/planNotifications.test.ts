import { describe, expect, it } from 'vitest';
import { advanceIncidents, type Observation } from '../../../alerts/policy/advanceIncidents.js';
import { type NotificationContext, planNotifications } from '../../../alerts/policy/planNotifications.js';
import { HOUR_MS, type Incident, incidentSchema, silenceSchema } from '../../../model/index.js';

const AT = Date.parse('2026-11-23T10:00:00Z');
const observation = (tenant: string, over: Partial<Observation> = {}): Observation => ({
  kind: 'noisy_tenant',
  tenant_id: tenant,
  service: 'DynamoDB',
  direction: 'up',
  severity: 'PAGE',
  calm: false,
  extent: { at: AT, amount: 30, share: 0.3, ratio: 6 },
  sentence: `${tenant} used 30 % of DynamoDB`,
  ...over,
});
const judged = new Set(['DynamoDB']);
const opened = (tenants: readonly string[], over: Partial<Observation> = {}) =>
  advanceIncidents([], { at: AT, judged, observations: tenants.map((tenant) => observation(tenant, over)) });
const context = (over: Partial<NotificationContext> = {}): NotificationContext => ({
  at: AT,
  silences: [],
  maintenance: [],
  pipelineStale: false,
  open: [],
  pagesLastHour: 0,
  summaryLastHour: false,
  pagesPerHour: 5,
  ...over,
});
const held = (tenants: readonly string[], over: Partial<NotificationContext> = {}) =>
  planNotifications(opened(tenants).transitions, context(over)).notifications.map((one) => one.held);

describe('incidents', () => {
  it('open once, and taking a window again changes nothing', () => {
    const first = opened(['acme']);
    expect(first.transitions.map(({ kind }) => kind)).toEqual(['opened']);
    expect(incidentSchema.parse(first.open[0])).toEqual(first.open[0]);
    const again = advanceIncidents(first.open, { at: AT, judged, observations: [observation('acme')] });
    expect(again).toEqual({ open: first.open, resolved: [], transitions: [] });
  });

  it('resolve after three calm windows, not before, and not while their service is not judged', () => {
    let open: readonly Incident[] = opened(['acme']).open;
    const kinds: string[] = [];
    for (let hour = 1; hour <= 5; hour += 1) {
      const at = AT + hour * HOUR_MS;
      const step = advanceIncidents(open, { at, judged: hour === 2 ? new Set() : judged, observations: [] });
      kinds.push(...step.transitions.map(({ kind }) => `${hour} ${kind}`));
      open = step.open;
    }
    expect(kinds).toEqual(['4 resolved']);
  });

  it('are told of again when they grow by half, get worse, or after four hours', () => {
    const [incident] = opened(['acme'], { severity: 'TICKET' }).open;
    const told = { ...(incident as Incident), notified: { at: AT, severity: 'TICKET' as const, amount: 30, count: 1 } };
    const kinds = (over: Partial<Observation>, hours = 1, from: Incident = told) => {
      const at = AT + hours * HOUR_MS;
      const extent = { at, amount: 30, share: 0.3, ratio: 6 };
      const step = advanceIncidents([from], {
        at,
        judged,
        observations: [observation('acme', { severity: 'TICKET', extent, ...over })],
      });
      return step.transitions.map(({ kind }) => kind);
    };
    expect(kinds({})).toEqual([]);
    expect(kinds({ extent: { at: AT + HOUR_MS, amount: 45, share: 0.4, ratio: 9 } })).toEqual(['grew']);
    expect(kinds({ severity: 'PAGE' })).toEqual(['escalated']);
    expect(kinds({}, 24)).toEqual(['reminder']);
    const seen = { ...told, acknowledged: { by: 'kim', reason: 'load test', at: AT } };
    expect(kinds({}, 24, seen)).toEqual([]);
  });
});

describe('what is sent', () => {
  it('is the worst first, up to the cap, and one word of the rest', () => {
    const tenants = Array.from({ length: 100 }, (_, index) => `t${index}`);
    const plan = planNotifications(opened(tenants).transitions, context());
    expect(plan.notifications.filter((one) => one.held === undefined)).toHaveLength(5);
    expect(plan.more).toMatchObject({ count: 95 });
    expect(planNotifications(opened(tenants).transitions, context({ summaryLastHour: true })).more).toBeUndefined();
  });

  it('is nothing that is silenced, in maintenance, or said by a pipeline that is behind', () => {
    const silence = silenceSchema.parse({
      version: 1,
      id: '0123456789abcdef',
      match: { tenant_id: 'acme' },
      owner: 'kim',
      reason: 'migration',
      starts_at: AT - HOUR_MS,
      ends_at: AT + HOUR_MS,
    });
    expect(held(['acme'], { silences: [silence] })).toEqual(['silenced']);
    expect(held(['globex'], { silences: [silence] })).toEqual([undefined]);
    expect(held(['acme'], { silences: [{ ...silence, ends_at: AT }] })).toEqual([undefined]);
    expect(held(['acme'], { maintenance: [{ start: AT, end: AT + 1, reason: 'upgrade' }] })).toEqual(['maintenance']);
    expect(held(['acme'], { pipelineStale: true })).toEqual(['pipeline_stale']);
    const storm = opened(['_fleet'], { kind: 'systemic', direction: 'none' }).open;
    expect(held(['acme'], { open: storm })).toEqual(['part_of_storm']);
  });

  it('resolves what was told, silence or not, and nothing else', () => {
    const [incident] = opened(['acme']).open;
    const resolve = (notified: Incident['notified']) =>
      planNotifications(
        [{ id: 'x', kind: 'resolved', at: AT, incident: { ...(incident as Incident), notified, state: 'resolved' } }],
        context({ pipelineStale: true }),
      ).notifications[0]?.held;
    expect(resolve(null)).toBe('never_told');
    expect(resolve({ at: AT, severity: 'PAGE', amount: 30, count: 1 })).toBeUndefined();
  });

  it('refuses a silence of everything, and one without an end', () => {
    const base = { version: 1, id: '0123456789abcdef', owner: 'kim', reason: 'x', starts_at: AT, ends_at: AT + 1 };
    expect(silenceSchema.safeParse({ ...base, match: {} }).success).toBe(false);
    expect(silenceSchema.safeParse({ ...base, match: { service: 'S3' }, ends_at: AT }).success).toBe(false);
  });
});
