import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildRegistry,
  customMetersSchema,
  type Event,
  parseConfig,
  RESERVED_TENANTS,
  tenantSchema,
} from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { valueAt } from '../../transforms/meterCustom.js';
import { eventOf, line, parseNdjson, quantities } from './runTransform.js';

async function metered(meters: readonly unknown[], logs: readonly unknown[], over = {}): Promise<Event[]> {
  const registry = buildRegistry({
    tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })],
    sharedNamespaces: ['shared-search'],
    customMeters: customMetersSchema.parse(meters),
  });
  const transform = createTransform({
    registry: () => registry,
    trust: 'namespace',
    platformStream: 'tenantscope-platform',
    reput: async (pieces) => pieces.map(() => true),
    observe: () => {},
  });
  const text = (log: unknown): string => (typeof log === 'string' ? log : JSON.stringify(log));
  const bytes = Buffer.from(logs.map((log, offset) => line({ log: text(log), offset, ...over })).join(''));
  const { records } = await transform(eventOf([{ bytes }], 'tenantscope-platform'));
  return parseNdjson(Buffer.from(records[0]?.data ?? '', 'base64').toString());
}

const QUERIES = {
  service: 'Search',
  meter: 'queries',
  unit: 'Queries',
  when: [{ path: 'event', equals: 'search.done' }],
  resource: 'index',
};

describe('custom meters', () => {
  it('count the lines their conditions fit, on the resource the line names', async () => {
    const [counted, other] = await metered(
      [QUERIES],
      [
        { event: 'search.done', index: 'orders' },
        { event: 'search.begun', index: 'orders' },
      ],
    );
    expect(quantities(counted)).toEqual(['acme Search orders  queries 1000000']);
    expect(quantities(other)).toEqual([]);
  });

  it('read a quantity at a path and scale it exactly', async () => {
    const meter = { service: 'Search', meter: 'seconds', unit: 'Seconds', quantity: 'search.took_ms', scale: '0.001' };
    const [event, without] = await metered([meter], [{ search: { took_ms: 12.5 } }, { search: {} }]);
    expect(quantities(event)).toEqual(['acme Search   seconds 12500']);
    // Nothing but its quantity tells its lines: a line without one is no line of this meter.
    expect(quantities(without)).toEqual([]);
    expect(without?.problems).toEqual([]);
  });

  it.each([
    ['negative', -1],
    ['no number', 'many'],
    ['finer than a millionth', 0.0000001],
    ['beyond 2^63', 1e19],
    ['absent', undefined],
  ])('leave out a quantity that is %s, say so, and keep the neighbours', async (_name, hits) => {
    const meters = [QUERIES, { ...QUERIES, meter: 'hits', unit: 'Hits', quantity: 'hits' }];
    const [event] = await metered(meters, [{ event: 'search.done', hits }]);
    expect(quantities(event)).toEqual(['acme Search   queries 1000000']);
    expect(event?.problems).toContain('usage_invalid_quantity');
  });

  it('feed a built-in meter from lines of another form, but never count a line twice', async () => {
    const meter = { service: 'DynamoDB', meter: 'read_units', quantity: 'ddb.rcu', resource: 'ddb.table' };
    const [own, both] = await metered(
      [meter],
      [
        { ddb: { rcu: 2.5, table: 'orders' } },
        { ddb: { rcu: 2.5 }, operation: 'GetItem', ConsumedCapacity: { TableName: 't', CapacityUnits: 3 } },
      ],
    );
    expect(quantities(own)).toEqual(['acme DynamoDB orders  read_units 2500000']);
    expect(quantities(both)).toEqual([
      'acme DynamoDB t GetItem read_units 3000000',
      'acme DynamoDB t GetItem requests 1000000',
    ]);
  });

  it("read lines that are no JSON by OpenTelemetry's names, and logfmt by its keys", async () => {
    const access = '10.0.0.1 - - [23/Nov/2026:10:00:00 +0000] "GET /export HTTP/1.1" 200 2326 "-" "curl"';
    const meters = [
      {
        service: 'Export',
        meter: 'exports',
        unit: 'Exports',
        formats: ['nginx'],
        when: [{ path: 'url.path', starts_with: '/export' }],
      },
      {
        service: 'Jobs',
        meter: 'rows',
        unit: 'Rows',
        when: [
          { path: 'job', exists: true },
          { path: 'attempt', lte: 2 },
        ],
        quantity: 'rows',
      },
    ];
    const [first, second, third] = await metered(meters, [
      access,
      'level=info job=nightly attempt=1 rows=42',
      'level=info job=nightly attempt=3 rows=42',
    ]);
    expect(quantities(first)).toContain('acme Export   exports 1000000');
    expect(quantities(second)).toEqual(['acme Jobs   rows 42000000']);
    expect(quantities(third)).toEqual([]);
  });

  it('keep counters and distinct counts apart by their series', async () => {
    const meters = [
      { service: 'Gpu', meter: 'seconds', unit: 'Seconds', kind: 'counter', quantity: 'gpu', series: 'device' },
      {
        service: 'Seats',
        meter: 'users',
        unit: 'Users',
        kind: 'distinct',
        when: [{ path: 'user', exists: true }],
        series: 'user',
      },
    ];
    const [event] = await metered(meters, [{ gpu: 10, device: 'g0', user: 'u7' }]);
    expect(event?.usage.filter(({ service }) => service !== 'Pipeline')).toMatchObject([
      { service: 'Gpu', kind: 'counter', series: 'g0', quantity_micros: 10_000_000n },
      { service: 'Seats', kind: 'distinct', series: 'u7', quantity_micros: 1_000_000n },
    ]);
  });

  it('bill the tenant a shared service names, and nobody else than its own tenant elsewhere', async () => {
    const log = { event: 'search.done', tenant_id: 'acme' };
    const shared = { tenant_id: '_shared', namespace: 'shared-search' };
    const [named] = await metered([QUERIES], [log], shared);
    const [unnamed] = await metered([QUERIES], [{ event: 'search.done' }], shared);
    expect(quantities(named)).toEqual(['acme Search   queries 1000000']);
    expect(quantities(unnamed)).toEqual([`${RESERVED_TENANTS.unknown} Search   queries 1000000`]);
    expect(quantities((await metered([QUERIES], [{ ...log, tenant_id: 'other' }]))[0])).toEqual([
      'acme Search   queries 1000000',
    ]);
  });
});

describe('paths', () => {
  it('find a value by any cut of its keys, and never beyond the object', () => {
    expect(valueAt({ 'a.b': { c: 1 } }, 'a.b.c')).toBe(1);
    expect(valueAt({ a: { 'b.c': 2 } }, 'a.b.c')).toBe(2);
    expect(valueAt({ a: { b: { d: 1 } }, 'a.b': { c: 3 } }, 'a.b.c')).toBe(3);
    expect(valueAt({}, 'constructor.name')).toBeUndefined();
    fc.assert(
      fc.property(
        fc.object(),
        fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 8 }),
        (object, keys) => {
          valueAt(object, keys.join('.'));
        },
      ),
    );
  });
});

describe('the declaration of custom meters', () => {
  it.each([
    ['a meter that would count every line', { service: 'S', meter: 'm', unit: 'U' }, 'would count every line'],
    ['no unit', { ...QUERIES, unit: undefined }, 'expected a unit'],
    ["the pipeline's own service", { ...QUERIES, service: 'Pipeline' }, "the pipeline's own"],
    [
      'another unit for a built-in meter',
      { service: 'DynamoDB', meter: 'read_units', unit: 'B', quantity: 'x' },
      'expected ReadUnits',
    ],
    ['a counter without series', { ...QUERIES, kind: 'counter', quantity: 'x' }, 'tells apart'],
    ['a condition without a test', { ...QUERIES, when: [{ path: 'a' }] }, 'expected what must hold'],
    ['a float as scale', { ...QUERIES, quantity: 'x', scale: 0.001 }, 'expected string'],
    ['an unknown key', { ...QUERIES, script: 'x' }, 'script'],
  ])('refuses %s', (_name, meter, message) => {
    const result = parseConfig(JSON.stringify({ meters: [meter] }), 'tenantscope.yaml');
    expect(JSON.stringify(result)).toContain(message);
    expect(JSON.stringify(result)).toContain('tenantscope.yaml');
  });

  it('refuses two declarations of one meter that disagree', () => {
    const parsed = customMetersSchema.safeParse([QUERIES, { ...QUERIES, unit: 'Searches' }]);
    expect(JSON.stringify(parsed.error?.issues)).toContain('as Search queries was declared before');
  });
});
