import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallerNames, gatherCallers } from '../../../dashboard/gather/gatherCallers.js';
import { TenantPlaces } from '../../../dashboard/gather/TenantPlaces.js';
import { tenantSchema } from '../../../model/index.js';
import { describeCompleteness, type Engine } from '../../../queries/index.js';
import { type FixtureRow, fixtureEngine } from '../../queries/fixtureEngine.js';
import { sampleData } from '../sampleData.js';

const root = mkdtempSync(join(tmpdir(), 'gather-callers-'));
const window = { start: Date.parse('2026-11-20T10:00:00Z'), end: Date.parse('2026-11-20T11:00:00Z') };
let engine: Engine;
const asked: string[] = [];

let made = 0;
const entry = (tenant: string, user: string | null, requests: number, more: FixtureRow = {}): FixtureRow => ({
  ...{ emitter: tenant, dt: '2026-11-20', event_time: '2026-11-20 10:00:00', arrival_time: '2026-11-20 10:00:01' },
  ...{ event_id: `e${++made}`, entry: 1, tenant_id: tenant, user_id: user, http_route: '/songs' },
  ...{ service: 'DynamoDB', meter: 'requests', unit: 'Requests', kind: 'sum', quantity_micros: requests * 1e6 },
  ...more,
});

/** A pod of a tenant that was heard in all but the last minutes of the hour. */
const heard = (tenant: string, minutes: number): FixtureRow => ({
  ...{ tenant_id: tenant, event_hour: '2026-11-20 10:00:00', pod_uid: `${tenant}-pod`, container: 'app', pod: tenant },
  ...{ started: 1, minutes_heard: minutes, silent_minutes: 60 - minutes, silent_from: minutes },
  ...{ first_heard: '2026-11-20 10:00:30', last_heard: `2026-11-20 10:${minutes - 1}:30` },
  ...{ arrival_through: '2026-11-20 11:30:00' },
});

beforeAll(async () => {
  const fixture = await fixtureEngine(root, {
    event_usage: [
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((user, place) => entry('t0', `${user}@example.com`, 10 - place)),
      entry('t0', null, 2),
      entry('t0', 'x'.repeat(10_240), 30, { service: 'Ingress' }),
      entry('t0', 'a@example.com', 20, { service: 'Ingress' }),
      entry('t1', 'a@example.com', 1, { emitter: '_shared' }),
      entry('t2', 'nobody-asked', 1),
    ],
    // t2 falls silent, and nobody asks for it.
    booked_heartbeats: [heard('t0', 60), heard('t1', 30), heard('t2', 10)],
  });
  engine = {
    ...fixture,
    query: (sql) => {
      asked.push(sql);
      return fixture.query(sql);
    },
  };
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

/** What t0 and t1 used of both services by requests: more than their lines say. */
function gather(names: CallerNames, tenants: readonly string[] = ['t0', 't1'], forCustomer = false) {
  const places = new TenantPlaces(['t0', 't1', 't2'].map((id) => tenantSchema.parse({ id })));
  const [base] = sampleData().windows;
  const services = (base?.services ?? []).map((service) => ({
    ...{ ...service, basis: 'requests', unit: 'Requests' },
    rows: { ...service.rows, tenant: [0, 1], amount: service.service === 'DynamoDB' ? ['60', '1'] : ['50', '0'] },
  }));
  return gatherCallers(engine, { window, services, tenants, places, names, forCustomer });
}

describe('gatherCallers', () => {
  it('tells the greatest users of a tenant, the others, who is not stated and what no line says, so that it is the whole', async () => {
    const { users } = (await gather('named')).of('t0', 'DynamoDB');
    expect(users?.named.map(({ name, amount }) => `${name} ${amount}`)).toEqual([
      ...['a@example.com 10', 'b@example.com 9', 'c@example.com 8', 'd@example.com 7', 'e@example.com 6'],
    ]);
    expect(users?.rest).toEqual([
      { kind: 'others', callers: 2, amount: '9', part: 0.15 },
      { kind: 'unstated', callers: 0, amount: '2', part: 0.033333 },
      { kind: 'not_in_lines', callers: 0, amount: '9', part: 0.15 },
    ]);
    const parts = [...(users?.named ?? []), ...(users?.rest ?? [])];
    expect(parts.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(60);
  });

  it('asks one statement for the users of all tenants and one for the endpoints, with the lines of shared services', async () => {
    asked.length = 0;
    const found = await gather('named');
    const lines = asked.filter((sql) => /from event_usage/.test(sql));
    expect(lines).toHaveLength(2);
    for (const sql of lines) expect(sql).toContain("emitter in ('t0', 't1', '_shared')");
    expect(found.of('t1', 'DynamoDB').users?.named).toEqual([{ name: 'a@example.com', amount: '1', part: 1 }]);
    expect(found.of('t0', 'Ingress').endpoints?.named).toEqual([{ name: '/songs', amount: '50', part: 1 }]);
    expect(found.of('t1', 'Ingress').users).toEqual({ named: [], rest: [] });
  });

  it('numbers users unless they are asked for: the same user has one number under every service, and no name is told', async () => {
    const found = await gather('numbered');
    expect(found.of('t0', 'DynamoDB').users?.named[0]?.name).toBe('user 1');
    expect(found.of('t0', 'Ingress').users?.named.map(({ name }) => name)).toEqual(['user 6', 'user 1']);
    const told = JSON.stringify(
      ['t0', 't1'].flatMap((id) => ['DynamoDB', 'Ingress'].map((name) => found.of(id, name))),
    );
    expect(told).not.toContain('@example.com');
    expect(found.read?.users).toBe('numbered');
  });

  // Regression: the reports are asked without it, and the page said "not judged: it was not asked for".
  it('says how complete the lines are that were read, and not what a report says that nobody asked for it', async () => {
    const own = await describeCompleteness(engine, window, ['t0']);
    const read = await describeCompleteness(engine, window, ['t0', 't1', '_shared']);
    expect(new Set([own, read, await describeCompleteness(engine, window)]).size).toBe(3);
    expect((await gather('named', ['t0'], true)).read?.completeness).toBe(own);
    expect((await gather('numbered')).read?.completeness).toBe(read);
  });

  it('cuts a name of 10 KB, and reads no line where nothing is to be told', async () => {
    const [longest] = (await gather('named')).of('t0', 'Ingress').users?.named ?? [];
    expect(longest?.name).toHaveLength(201);
    asked.length = 0;
    const nothing = await gather('none');
    expect(nothing.read).toBeNull();
    expect(nothing.of('t0', 'DynamoDB')).toEqual({ users: null, endpoints: null });
    expect(asked).toEqual([]);
  });

  it('asks for a customer what the customer can ask for: its own lines, and nobody else is in the statement', async () => {
    asked.length = 0;
    const found = await gather('named', ['t0'], true);
    expect(found.of('t0', 'DynamoDB').users?.named[0]).toMatchObject({ name: 'a@example.com', amount: '10' });
    for (const sql of asked.filter((text) => /from event_usage/.test(text))) {
      expect(sql).toContain("emitter = 't0'");
      expect(sql).not.toContain('_shared');
    }
  });
});
