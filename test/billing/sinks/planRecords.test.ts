import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageRecords,
  closedUntil,
  firstState,
  planRecords,
  type SinkUsage,
} from '../../../billing/sinks/planRecords.js';
import type { SinkState } from '../../../billing/sinks/SinkState.js';
import { sinkLimits } from '../../../billing/sinks/sinkLimits.js';
import { parseSinks, type SinkSettings } from '../../../billing/sinks/sinkSettings.js';
import { HOUR_MS } from '../../../model/index.js';

const START = Date.UTC(2026, 10, 1);
const settingsOf = (text: string): SinkSettings => {
  const [settings] = Object.values(parseSinks(`state: ./s\n${text}`, 'sinks.yaml').sinks);
  if (settings === undefined) throw new Error('no sink');
  return settings;
};
const stripe = settingsOf(`sinks:
  stripe:
    type: stripe
    api_key: env:KEY
    window: hour
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 10 }]
    customers: { acme: cus_1, globex: cus_1, initech: cus_2 }
`);
const marketplace = settingsOf(`sinks:
  aws:
    type: aws-marketplace
    product_code: p1
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 10 }]
    customers: { acme: "123456789012" }
`);

type Hourly = SinkUsage & { readonly event_hour: number };
const used = (tenant_id: string, hour: number, units: number): Hourly => ({
  tenant_id,
  service: 'DynamoDB',
  meter: 'read_units',
  event_hour: START + hour * HOUR_MS,
  quantity_micros: BigInt(Math.round(units * 1e6)),
});
/** A plan over a ledger as it is at an instant. */
function plan(
  settings: SinkSettings,
  from: SinkState,
  ledger: readonly Hourly[],
  hours: number,
  now = START + hours * HOUR_MS,
) {
  const limits = sinkLimits(settings);
  const state = ageRecords(from, settings, limits, now);
  const until = closedUntil(state.start, START + hours * HOUR_MS, limits.windowMs);
  const before = ledger.filter(({ event_hour }) => event_hour < state.through);
  const since = ledger.filter(({ event_hour }) => event_hour >= state.through && event_hour < until);
  return planRecords({ sink: 's', settings, limits, state, before, since, until, now });
}
const brief = (records: readonly SinkState['records'][number][]) =>
  records.map(({ customer, start, units }) => [customer, (start - START) / HOUR_MS, units]);

describe('planRecords', () => {
  it('sends whole units of a customer’s tenants together and carries the rest into the next window', () => {
    const ledger = [
      used('acme', 0, 7),
      used('globex', 0, 7.5),
      used('acme', 1, 4),
      used('initech', 1, 9.999999),
      used('nobody', 0, 50),
      used('_unknown', 1, 1),
    ];
    const first = plan(stripe, firstState(stripe), ledger, 1);
    expect(brief(first.added)).toEqual([['cus_1', 0, 1]]);
    expect(first.added[0]).toMatchObject({
      tenants: ['acme', 'globex'],
      timestamp: START / 1000 + 3599,
      state: 'pending',
    });
    expect(first.unmapped).toEqual(['nobody']);
    const second = plan(stripe, first.state, ledger, 2);
    expect(brief(second.added)).toEqual([]);
    expect(second.state.carried).toEqual({ 'cus_1 reads': '8500000', 'cus_2 reads': '9999999' });
    const third = plan(stripe, second.state, [...ledger, used('acme', 2, 11.5)], 3);
    expect(brief(third.added)).toEqual([['cus_1', 2, 2]]);
    expect(third.state.carried['cus_1 reads']).toBe('0');
  });

  it('puts late usage and corrections into the next window, never below zero', () => {
    const first = plan(stripe, firstState(stripe), [used('acme', 0, 30)], 1);
    const ledger = [used('acme', 0, 30), used('acme', 0, -15), used('acme', 1, 10)];
    const second = plan(stripe, first.state, ledger, 2);
    expect([brief(second.added), second.state.carried['cus_1 reads']]).toEqual([[], '-5000000']);
    const third = plan(stripe, second.state, [...ledger, used('acme', 0, 20), used('acme', 2, 10)], 3);
    expect(brief(third.added)).toEqual([['cus_1', 2, 2]]);
    expect(plan(stripe, third.state, [...ledger, used('acme', 0, 20), used('acme', 2, 10)], 3).added).toEqual([]);
  });

  it('begins with a customer what its tenant used since the start, and keeps it from another after a change', () => {
    const ledger = [used('nobody', 0, 20), used('acme', 0, 20)];
    const first = plan(stripe, firstState(stripe), ledger, 1);
    const changed: SinkSettings = {
      ...stripe,
      customers: { ...stripe.customers, acme: 'cus_9', nobody: 'cus_9' } as never,
    } as SinkSettings;
    const second = plan(changed, first.state, [...ledger, used('acme', 1, 10)], 2);
    expect(brief(second.added)).toEqual([['cus_9', 1, 3]]);
  });

  it('carries what AWS takes no more into the first hour it takes', () => {
    const ledger = [used('acme', 0, 25), used('acme', 1, 8), used('acme', 9, 1)];
    const { added, state } = plan(marketplace, firstState(marketplace), ledger, 12);
    // At 12:00, six hours with ten minutes kept free: 07:00 is the first.
    expect(brief(added)).toEqual([['123456789012', 7, 3]]);
    expect(state.carried['123456789012 reads']).toBe('4000000');
    const month = Date.UTC(2026, 11, 1);
    const accepts = sinkLimits({ ...marketplace, accept_hours: 24 } as SinkSettings).accepts;
    expect([5, 6].map((hour) => accepts((month - HOUR_MS) / 1000, month + hour * HOUR_MS))).toEqual([true, false]);
  });

  it('takes back as many units of the meter as it took, when what makes one was set anew meanwhile', () => {
    const ledger = [used('acme', 0, 35)];
    const { state } = plan(marketplace, firstState(marketplace), ledger, 1);
    const finer = { ...marketplace, meters: marketplace.meters.map((meter) => ({ ...meter, per: 1 })) };
    const later = plan(finer, state, ledger, 20);
    expect(later.state.records).toHaveLength(1);
    // Carried into the first hour that is still taken: none is lost, none is made.
    expect(later.added.map(({ units, per }) => [units, per])).toEqual([[35, 1]]);
  });

  it('takes back what was never sent and is too old, and asks about what may have arrived', () => {
    const ledger = [used('acme', 0, 30), used('acme', 1, 20)];
    const { state } = plan(marketplace, firstState(marketplace), ledger, 2);
    expect(brief(state.records)).toEqual([
      ['123456789012', 0, 3],
      ['123456789012', 1, 2],
    ]);
    const sent = {
      ...state,
      records: state.records.map((record, at) =>
        at === 0 ? { ...record, first_attempt: START + 2 * HOUR_MS } : record,
      ),
    };
    const later = plan(marketplace, sent, ledger, 20);
    expect(later.state.records.map(({ state: now, units }) => [now, units])).toEqual([
      ['unknown', 3],
      ['pending', 2],
    ]);
    expect(brief(later.added)).toEqual([['123456789012', 15, 2]]);
  });

  it('holds every unit once, in records or carried, over any arrivals, plans and cuts', () => {
    const event = fc.record({
      tenant: fc.constantFrom('acme', 'globex', 'initech'),
      hour: fc.integer({ min: 0, max: 30 }),
      units: fc.integer({ min: -20_000_000, max: 90_000_000 }).map((micros) => micros / 1e6),
    });
    const step = fc.record({
      arrivals: fc.array(event, { maxLength: 6 }),
      hours: fc.integer({ min: 0, max: 6 }),
      late: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(stripe, marketplace),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        (settings, steps) => {
          let state = firstState(settings);
          const ledger: Hourly[] = [];
          const ids = new Set<string>();
          let hours = 0;
          for (const { arrivals, hours: passed, late } of steps) {
            hours += passed;
            ledger.push(...arrivals.map(({ tenant, hour, units }) => used(tenant, hour, units)));
            const { added, state: next } = plan(
              settings,
              state,
              ledger,
              hours,
              START + (hours + (late ? 30 : 0)) * HOUR_MS,
            );
            for (const { id } of added) {
              expect(ids.has(id)).toBe(false);
              ids.add(id);
            }
            state = next;
            const mapped = ledger.filter(
              ({ tenant_id, event_hour }) => Object.hasOwn(settings.customers, tenant_id) && event_hour < state.through,
            );
            const total = mapped.reduce((sum, { quantity_micros }) => sum + quantity_micros, 0n);
            const inRecords = state.records.reduce((sum, { units }) => sum + BigInt(units) * 10_000_000n, 0n);
            const carried = Object.values(state.carried).reduce((sum, micros) => sum + BigInt(micros), 0n);
            expect(inRecords + carried).toBe(total);
          }
        },
      ),
    );
  });
});

describe('parseSinks', () => {
  const of = (body: string) => () =>
    parseSinks(`state: ./s\nsinks:\n  s:\n    type: aws-marketplace\n    start: 2026-11-01\n${body}`, 'sinks.yaml');
  const METER = '    meters: [{ service: S3, meter: bytes_in, name: gb }]\n';
  it.each([
    [
      'a license beside a product',
      `${METER}    product_code: p\n    customers: { acme: { account: "123456789012", license_arn: "arn:aws:license-manager::1:license:l-1" } }\n`,
      /sinks\.yaml:8:\d+: sinks\.s\.customers\.acme: expected the account alone: product_code and license_arn together are billed twice/,
    ],
    [
      'neither',
      `${METER}    customers: { acme: "123456789012" }\n`,
      /expected account and license_arn, or product_code/,
    ],
    [
      'two meters of one name',
      `    product_code: p\n    customers: {}\n    meters: [{ service: S3, meter: bytes_in, name: gb }, { service: S3, meter: bytes_out, name: gb }]\n`,
      /expected one meter for gb/,
    ],
    [
      'an unknown key',
      `${METER}    product_code: p\n    customers: {}\n    acept_hours: 3\n`,
      /sinks\.yaml:9:5: expected a known key \(did you mean accept_hours\?\), got the unknown key acept_hours/,
    ],
    [
      'a number for an account',
      `${METER}    product_code: p\n    customers: { acme: 123456789012 }\n`,
      /sinks\.yaml:8/,
    ],
    ['a key that is the key', '    type: stripe\n', /expected valid YAML/],
  ])('refuses %s', (_, body, message) => {
    expect(of(body)).toThrow(message);
  });

  it('never shows what stands where a secret’s reference belongs', () => {
    const text =
      'state: s\nsinks: { s: { type: stripe, api_key: sk_live_123456, start: 2026-11-01, customers: {}, meters: [{ service: S3, meter: m, name: n }] } }';
    expect(() => parseSinks(text, 'f')).toThrow(/expected env:NAME/);
    expect(() => parseSinks(text, 'f')).not.toThrow(/sk_live/);
    const address = text.replace('sk_live_123456', 'env:K, endpoint: "https://me:hunter2@example.com"');
    expect(() => parseSinks(address, 'f')).toThrow(/sinks\.s\.endpoint: expected a URL with http or https and without/);
    expect(() => parseSinks(address, 'f')).not.toThrow(/hunter2/);
  });

  it('tells every problem of a file at once, each with its line', () => {
    const text = 'state: ./s\nsinks: {}\nsink: {}\nstates: 1\n';
    expect(() => parseSinks(text, 'f')).toThrow(/2 problems in f\nf:3:1: .*the unknown key sink\nf:4:1: .*key states/);
  });
});
