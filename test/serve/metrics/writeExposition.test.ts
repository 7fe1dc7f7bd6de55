import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS, sampleName } from '../../../serve/metrics/metricList.js';
import { negotiateFormat } from '../../../serve/metrics/negotiateFormat.js';
import { type MetricFamily, writeExposition } from '../../../serve/metrics/writeExposition.js';
import { parseExposition } from './parseExposition.js';

const family = (over: Partial<MetricFamily> = {}): MetricFamily => ({ ...METRICS.share, samples: [], ...over });

describe('writeExposition', () => {
  it('writes OpenMetrics with type, unit and help before the values, and an end', () => {
    const labels = { service: 'S3', tenant_id: 'a"b\\c\nd' };
    expect(
      writeExposition([family({ help: 'A "share"\\.\nof', samples: [{ labels, value: 0.25 }] })], 'openmetrics'),
    ).toBe(String.raw`# TYPE tenantscope_tenant_share_ratio gauge
# UNIT tenantscope_tenant_share_ratio ratio
# HELP tenantscope_tenant_share_ratio A \"share\"\\.\nof
tenantscope_tenant_share_ratio{service="S3",tenant_id="a\"b\\c\nd"} 0.25
# EOF
`);
  });

  it('writes counters and infos as each format names them', () => {
    const families = [
      { ...METRICS.readings, samples: [{ labels: { result: 'ok' }, value: 3 }] },
      { ...METRICS.build, samples: [{ labels: { version: '1' }, value: 1 }] },
    ];
    expect(writeExposition(families, 'openmetrics')).toContain(
      '# TYPE tenantscope_readings counter\n# HELP tenantscope_readings Readings',
    );
    expect(writeExposition(families, 'openmetrics')).toContain('# TYPE tenantscope_build info\n');
    const text = writeExposition(families, 'text');
    expect(text).toContain('# TYPE tenantscope_readings_total counter\ntenantscope_readings_total{result="ok"} 3\n');
    expect(text).toContain('# TYPE tenantscope_build_info gauge\ntenantscope_build_info{version="1"} 1\n');
  });

  it('says every value and label again, whatever they are, in both formats', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, 1e21, 5e-324, Number.MAX_VALUE));
    const label = fc.string({ unit: 'binary', maxLength: 40 });
    const sample = fc.record({ labels: fc.record({ service: label, tenant_id: label }), value });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), label, (samples, help) => {
        for (const format of ['openmetrics', 'text'] as const) {
          const parsed = parseExposition(writeExposition([family({ help: `Help ${help}`, samples })], format));
          expect(parsed).toEqual(
            samples.map(({ labels, value: one }) => ({
              name: 'tenantscope_tenant_share_ratio',
              labels: Object.fromEntries(
                Object.entries(labels).map(([name, of]) => [name, of.toWellFormed().replaceAll('\0', '\ufffd')]),
              ),
              value: one === 0 ? 0 : one,
            })),
          );
        }
      }),
    );
  });

  it('leaves out what has no value, so that nothing unknown looks like 0', () => {
    expect(writeExposition([family()], 'openmetrics')).toBe('# EOF\n');
  });
});

describe('METRICS', () => {
  it('has names that end with their unit, and no two alike', () => {
    const all = Object.values(METRICS);
    for (const one of all) if ('unit' in one) expect(one.name).toMatch(new RegExp(`_${one.unit}$`));
    expect(new Set(all.map(sampleName)).size).toBe(all.length);
  });
});

it.each([
  // Prometheus 2.42, 2.55 and 3.5, as they send it.
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
    'openmetrics',
  ],
  ['text/plain;version=0.0.4;q=1,*/*;q=0.1', 'text'],
  ['application/openmetrics-text; version=0.0.1', 'text'],
  ['application/openmetrics-text; version="1.0.0"; q=0', 'text'],
  ['APPLICATION/OPENMETRICS-TEXT', 'openmetrics'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
  ['application/openmetrics-text;q=0.2,text/plain;q=0.9', 'text'],
  [';;q=,', 'text'],
  [undefined, 'text'],
] as const)('for %s it writes %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});
