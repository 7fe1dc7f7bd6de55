import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTenantId } from '../../../model/index.js';
import type { MetricFacts } from '../../../serve/metrics/MetricFacts.js';
import { OTHER_TENANTS, servedMetrics } from '../../../serve/metrics/servedMetrics.js';
import { facts } from './factSamples.js';

const NOW = Date.parse('2026-11-27T10:30:00Z');

function samplesOf(of: MetricFacts | null, name: string, topTenants = 20) {
  const state = {
    good: of === null ? null : { value: { facts: of }, at: NOW - 60_000, tookMs: 1500 },
    failure: null,
    underWay: false,
    done: { ok: 1, failed: 0 },
  };
  const families = servedMetrics(state, { version: '1', nodeVersion: '20', topTenants, now: NOW });
  return families.find((family) => family.name === name)?.samples ?? [];
}

describe('servedMetrics', () => {
  it('names the tenants with most, the reserved ones, and all others as one', () => {
    const shares = samplesOf(facts(), 'tenantscope_tenant_share_ratio', 1).filter(
      ({ labels }) => labels.service === 'DynamoDB',
    );
    expect(shares.map(({ labels, value }) => [labels.tenant_id, value])).toEqual([
      ['acme', 0.3],
      [OTHER_TENANTS, 0.6],
      ['_unknown', 0.1],
    ]);
    expect(isTenantId(OTHER_TENANTS)).toBe(false);
  });

  it('keeps the series of who had most in the day, at 0, when they used nothing in the hour', () => {
    const [dynamo] = facts().services;
    const quiet = {
      ...dynamo,
      service: 'DynamoDB',
      priced: true,
      ranked: ['sleeper', 'acme'],
      amounts: new Map([['acme', 3]]),
    };
    expect(samplesOf(facts({ services: [quiet] }), 'tenantscope_tenant_share_ratio', 2)).toEqual([
      { labels: { service: 'DynamoDB', tenant_id: 'sleeper' }, value: 0 },
      { labels: { service: 'DynamoDB', tenant_id: 'acme' }, value: 1 },
    ]);
  });

  it('tells dollars of services with list prices only, and the usage of every meter with its unit', () => {
    const services = samplesOf(facts(), 'tenantscope_tenant_cost_dollars').map(({ labels }) => labels.service);
    expect(new Set(services)).toEqual(new Set(['DynamoDB']));
    expect(samplesOf(facts(), 'tenantscope_tenant_usage')[0]).toEqual({
      labels: { service: 'DynamoDB', meter: 'read_units', unit: 'ReadUnits', tenant_id: 'acme' },
      value: 1234.5,
    });
  });

  it('counts open incidents by severity and kind, with zeros', () => {
    const incidents = samplesOf(facts(), 'tenantscope_open_incidents');
    expect(incidents).toHaveLength(18);
    expect(incidents.filter(({ value }) => value > 0)).toEqual([
      { labels: { severity: 'PAGE', kind: 'noisy_tenant' }, value: 1 },
    ]);
  });

  it('counts customers only as active', () => {
    expect(samplesOf(facts(), 'tenantscope_active_tenants')[0]).toEqual({ labels: { service: 'DynamoDB' }, value: 3 });
  });

  it('has the lag grow with the clock, and the completeness of the hour', () => {
    expect(samplesOf(facts(), 'tenantscope_data_lag_seconds')).toEqual([{ labels: {}, value: 5400 }]);
    expect(samplesOf(facts(), 'tenantscope_completeness_ratio')).toEqual([{ labels: {}, value: 14 / 15 }]);
    expect(samplesOf(facts(), 'tenantscope_budget_burn_ratio')).toEqual([
      { labels: { tenant_id: 'acme', service: 'DynamoDB', span: '6h' }, value: 7.5 },
    ]);
  });

  it('says nothing of what is not known: no data, no heartbeats, no reading yet', () => {
    const none = facts({
      dataThrough: null,
      completeness: null,
      judgedThrough: null,
      services: [],
      usage: [],
      burns: [],
    });
    for (const name of [
      'tenantscope_data_through_timestamp_seconds',
      'tenantscope_data_lag_seconds',
      'tenantscope_completeness_ratio',
      'tenantscope_judged_through_timestamp_seconds',
      'tenantscope_tenant_share_ratio',
      'tenantscope_budget_burn_ratio',
    ])
      expect(samplesOf(none, name)).toEqual([]);
    expect(samplesOf(facts({ completeness: { sound: 0, doubtful: 0 } }), 'tenantscope_completeness_ratio')).toEqual([]);
    expect(samplesOf(null, 'tenantscope_open_incidents')).toEqual([]);
    expect(samplesOf(null, 'tenantscope_readings')).toHaveLength(2);
  });

  it('never has more series than its cap, whose shares add up to 1 and whose usage to the whole', () => {
    const tenant = fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
      fc.constantFrom('_unknown', '_shared', '_idle', '_canary', '_erased'),
    );
    const amounts = fc.array(fc.tuple(tenant, fc.integer({ min: 1, max: 1_000_000 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 0, max: 20 }), (now, day, top) => {
        const of = new Map(now);
        const service = { service: 'S3', priced: true, amounts: of, ranked: [...new Map(day).keys()] };
        const usage = [{ service: 'S3', meter: 'bytes_out', unit: 'B', amounts: of }];
        const told = facts({ services: [service], usage });
        const shares = samplesOf(told, 'tenantscope_tenant_share_ratio', top);
        expect(shares.length).toBeLessThanOrEqual(top + 1 + 5);
        expect(new Set(shares.map(({ labels }) => labels.tenant_id)).size).toBe(shares.length);
        expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 9);
        const whole = [...of.values()].reduce((sum, value) => sum + value, 0);
        const used = samplesOf(told, 'tenantscope_tenant_usage', top);
        expect(used.reduce((sum, { value }) => sum + value, 0)).toBe(whole);
      }),
    );
  });
});
