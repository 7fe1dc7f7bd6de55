import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerData } from '../../../dashboard/gather/customerData.js';
import { buildPage } from '../../../dashboard/index.js';
import { tenantSchema } from '../../../model/index.js';
import { sampleData } from '../sampleData.js';

const client = { script: '/* the script */' };

const idOf = (place: number): string => `zq${place}kx`;

/** A registry whose every word of anyone can be told apart from all else in a page. */
function registry(count: number) {
  return Array.from({ length: count }, (_, place) =>
    tenantSchema.parse({
      id: idOf(place),
      name: `Name${place}q of ${place}`,
      owner: `owner${place}q@example.com`,
      billing_account: `A-${place}q`,
      namespaces: [`ns-${place}q`],
      plan: place % 2 === 0 ? 'free' : 'pro',
    }),
  );
}

function ofCustomer(place: number, count = 20, printed = 'GetItem') {
  const tenants = registry(count);
  const own = tenants[place];
  if (own === undefined) throw new Error('no such tenant');
  const data = sampleData({ tenants: count, id: idOf, name: (at) => tenants[at]?.name ?? idOf(at), printed });
  return { data: customerData(data, own, tenants), tenants, own };
}

describe('customerData', () => {
  it('has nothing of anyone else in its bytes: no id, name, owner, account, namespace, nor a reserved tenant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 19 }), (place, named) => {
        const { data, tenants, own } = ofCustomer(place, 20, `table-of-${idOf(named)}`);
        const page = buildPage(data, { client });
        for (const { id, name, owner, billing_account, namespaces } of tenants) {
          if (id === own.id) continue;
          for (const word of [id, name, owner, billing_account, ...namespaces]) {
            // Not the page itself in the message: it is long.
            expect({ word, found: page.includes(word ?? '') }).toEqual({ word, found: false });
          }
        }
        expect(page).not.toMatch(/_unknown|_shared/);
      }),
      { numRuns: 25 },
    );
  });

  it('says no share, total or comparison where fewer than five others could be told by it', () => {
    const { data } = ofCustomer(1, 5);
    const [service] = data.windows[0]?.services ?? [];
    expect(service).toMatchObject({
      total: null,
      bands: [],
      rows: { tenant: [0], share: [null], times_peers: [null] },
    });
    expect(buildPage(data, { client })).toContain('fewer than five other');
  });

  it('says what at least five others have as rounded quarters, never the ends, and how many only in fives', () => {
    const { data } = ofCustomer(1, 9);
    expect(data.windows[0]?.services[0]?.bands).toEqual([
      {
        plan: -1,
        tenants: 5,
        p25: expect.any(Number),
        p50: expect.any(Number),
        p75: expect.any(Number),
        p95: null,
        p99: null,
      },
    ]);
    for (const value of Object.values(data.windows[0]?.services[0]?.bands[0] ?? {})) {
      if (typeof value === 'number' && value < 1 && value > 0) expect(value).toBe(Number(value.toPrecision(2)));
    }
  });

  it('withholds costs, margins, cells, quotas, quarantine, packages and the words of operators', () => {
    const { data } = ofCustomer(0);
    expect(data).toMatchObject({ economics: null, cells: [], flags: '', quality: { delivery: null } });
    expect(data.bill).toMatchObject({ total: null, package: null });
    expect(data.details[0]?.quotas).toEqual([]);
    expect(data.anomalies[0]).toMatchObject({ next: [], tests: [], usd_per_day: null });
    expect(data.anomalies[0]?.evidence[0]).toContain('--as-tenant zq0kx');
    expect(buildPage(data, { client })).not.toContain('id="economics"');
  });

  it('keeps what is its own: amounts, hours, lines of its bill, corrections', () => {
    const { data } = ofCustomer(1);
    const whole = sampleData({ tenants: 20 });
    expect(data.windows[0]?.services[0]?.rows.amount).toEqual([whole.windows[0]?.services[0]?.rows.amount[1]]);
    expect(data.details[0]?.services[0]?.amounts).toEqual(whole.details[1]?.services[0]?.amounts);
    expect(data.bill?.tenants[0]?.lines[0]?.billed).toBe('1.5');
    expect(data.details[0]?.corrections).toHaveLength(1);
    expect(data.quality.strip).toEqual([
      { tenant: 0, states: whole.quality.strip[1]?.states, reason: 'pod a was silent' },
    ]);
  });
});
