import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildPage, type DashboardData, type ServiceShare } from '../../dashboard/index.js';

const START = Date.parse('2026-11-23T00:00:00Z');

function service(count: number, name = 'DynamoDB'): ServiceShare {
  const hours = Array.from({ length: 24 }, (_, hour) => START + hour * 3_600_000);
  const tenants = Array.from({ length: count }, (_, index) => ({
    tenant_id: `t${index}`,
    name: `t${index}`,
    amount: 1,
    share: 1 / count,
    share_before: null,
    hourly: hours.map((_, hour) => (hour === 3 ? null : 1 / count)),
  }));
  return { service: name, basis: 'USD at list price', hours, tenants, peer_median_share: 1 / count };
}

const data = (over: Partial<DashboardData> = {}): DashboardData => ({
  window: { start: START, end: START + 24 * 3_600_000 },
  dataThrough: START + 24 * 3_600_000,
  completeness: 'is declared',
  services: [service(15)],
  findings: [],
  bill: null,
  quality: { records: 1, accepted: 1, lines: 1, duplicates: 0, quarantined: [], reconciled: true },
  ...over,
});

describe('buildPage', () => {
  it('gives the same bytes for the same data', () => {
    expect(buildPage(data())).toBe(buildPage(data()));
  });

  it('allows its own style by hash, and nothing that needs more', () => {
    const page = buildPage(data());
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    expect(page).toContain(`&#39;sha256-${createHash('sha256').update(style).digest('base64')}&#39;`);
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|\sstyle="|\son\w+="|https?:\/\/(?!www\.w3\.org)/);
  });

  it('escapes what tenants are called', () => {
    const hostile = '<img src=x onerror=alert(1)>"\'&';
    const base = service(3);
    const tenants = base.tenants.map((tenant) => ({ ...tenant, tenant_id: hostile, name: hostile }));
    const page = buildPage(data({ services: [{ ...base, tenants }] }));
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('stays small with ten thousand tenants, and says what it does not list', () => {
    const page = buildPage(data({ services: [service(10_000)] }));
    expect(page.length).toBeLessThan(5_000_000);
    expect(page).toContain('Other (9950 tenants)');
    expect(page).toContain('Other (9992 tenants)');
  });

  it('has words for nothing: no usage, no finding, no bill, not checked', () => {
    const quality = { ...data().quality, reconciled: null };
    const page = buildPage(data({ services: [], quality }));
    for (const text of [
      'No usage in this window.',
      'No tenant stands out.',
      'Not rated',
      'not checked',
      'Nothing is in quarantine.',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('has no peer to name for a tenant alone, and does not count what was not judged', () => {
    const page = buildPage(data({ services: [{ ...service(1), peer_median_share: null }], dataThrough: null }));
    expect(page).toContain('t0 has 100.0 %; it has no peer.');
    expect(page).toContain('Not judged: DynamoDB has one tenant, and no peer to compare it with.');
    expect(page).not.toContain('peer median');
    expect(page).toContain('no data');
  });

  it('always draws what nobody claimed, counts only customers as others, and says how many are not drawn', () => {
    const many = service(20);
    const unknown = {
      ...many.tenants[0],
      tenant_id: '_unknown',
      name: '_unknown',
      amount: 0,
      share: 0,
      share_before: 0,
      hourly: [],
    };
    const page = buildPage(data({ services: [{ ...many, tenants: [...many.tenants, unknown] }] }));
    expect(page.match(/>_unknown</g)?.length).toBeGreaterThanOrEqual(4);
    expect(page).toContain('Other (12 tenants)');
    expect(page).toContain('5 tenants with less not drawn.');
  });

  it('draws an hour alone between empty ones, and uses every id once', () => {
    const base = service(2);
    const tenants = base.tenants.map((tenant) => ({
      ...tenant,
      hourly: base.hours.map((_, hour) => (hour === 5 ? 0.5 : null)),
    }));
    const drawn = buildPage(data({ services: [{ ...base, tenants }, service(3, 'Ingress')] }));
    const empty = buildPage(
      data({
        services: [
          { ...base, tenants: tenants.map((tenant) => ({ ...tenant, hourly: tenant.hourly.map(() => null) })) },
          service(3, 'Ingress'),
        ],
      }),
    );
    expect(drawn.length).toBeGreaterThan(empty.length);
    const ids = [...drawn.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives every chart a label, and every service its ranking as a table', () => {
    const page = buildPage(data());
    expect(page.match(/<figure role="img" aria-label="[^"]{20,}"/g)).toHaveLength(2);
    expect(page).toContain('<caption>Share of DynamoDB, USD at list price</caption>');
  });
});
