import { describe, expect, it } from 'vitest';
import { MITIGATIONS } from '../../../alerts/runbook/mitigations.js';
import { nextSteps, reportLinks } from '../../../alerts/runbook/nextSteps.js';
import { INCIDENT_KINDS, METERS } from '../../../model/index.js';
import { findReport, parseParameters } from '../../../queries/index.js';

const window = { start: Date.parse('2026-11-23T10:00:00Z'), end: Date.parse('2026-11-23T11:00:00Z') };
const of = { kind: 'noisy_tenant', tenantId: 'acme', service: 'DynamoDB', window } as const;

describe('the runbook', () => {
  it('knows every service that is metered, and none that is not', () => {
    expect(Object.keys(MITIGATIONS).sort()).toEqual([...new Set(METERS.map(({ service }) => service))].sort());
  });

  it.each(INCIDENT_KINDS)('says what to do about %s', (kind) => {
    expect(nextSteps({ ...of, kind }).length).toBeGreaterThan(0);
  });

  it('names reports that exist, with parameters they take', () => {
    for (const link of [
      of,
      { ...of, tenantId: '_fleet' },
      { ...of, service: '_pipeline' },
      { ...of, service: '_all' },
      { ...of, tenantId: '_fleet', service: '_all' },
    ].flatMap(reportLinks)) {
      const [, name = ''] = /^tenantscope report run (\S+)/.exec(link) ?? [];
      const pairs = [...link.matchAll(/--param (\S+)/g)].map(([, pair = '']) => pair);
      expect(() => parseParameters(findReport(name), pairs, { window }), link).not.toThrow();
      expect(link).toMatch(/--since 2026-11-\d\dT\d\d:00Z --until 2026-11-23T11:00Z$/);
    }
  });
});
