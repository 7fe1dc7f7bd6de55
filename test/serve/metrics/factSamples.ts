import type { MetricFacts } from '../../../serve/metrics/MetricFacts.js';

const TENANTS = ['acme', 'bluenote', 'cadenza', '_unknown'];

/** What a reading of a small lake tells: acme has 30 % of DynamoDB, and an incident is open. */
export function facts(over: Partial<MetricFacts> = {}): MetricFacts {
  return {
    dataThrough: Date.parse('2026-11-27T09:00:00Z'),
    completeness: { sound: 14, doubtful: 1 },
    judgedThrough: Date.parse('2026-11-27T09:00:00Z'),
    services: [
      {
        service: 'DynamoDB',
        priced: true,
        amounts: new Map([
          ['acme', 3],
          ['bluenote', 2],
          ['cadenza', 4],
          ['_unknown', 1],
        ]),
        ranked: TENANTS,
      },
      { service: 'Search', priced: false, amounts: new Map([['acme', 12]]), ranked: ['acme'] },
    ],
    usage: [{ service: 'DynamoDB', meter: 'read_units', unit: 'ReadUnits', amounts: new Map([['acme', 1234.5]]) }],
    incidents: [{ severity: 'PAGE', kind: 'noisy_tenant' }],
    burns: [{ tenantId: 'acme', service: 'DynamoDB', spanMs: 21_600_000, rate: 7.5 }],
    ...over,
  };
}
