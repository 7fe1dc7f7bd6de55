import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError, buildRegistry, type RecordOutcome, type TenantId, tenantSchema } from '../../../model/index.js';
import { OTHER_TENANTS, summariseBatch } from '../../../transforms/telemetry/BatchSummary.js';
import { powertoolsTelemetry } from '../../../transforms/telemetry/powertoolsTelemetry.js';

const registry = buildRegistry({
  tenants: ['acme', 'beta', 'gamma'].map((id) => tenantSchema.parse({ id, namespaces: [id] })),
});
const accepted = (tenant: string, lines: number): RecordOutcome => ({
  recordId: 'r',
  outcome: 'accepted',
  tenantId: tenant as TenantId,
  lines,
  bytes: lines * 100,
});
const OUTCOMES: readonly RecordOutcome[] = [
  accepted('acme', 3),
  accepted('gamma', 2),
  accepted('beta', 1),
  accepted('_unknown', 4),
  { recordId: 'r', outcome: 'quarantined', reason: 'identity_mismatch', lines: 5, bytes: 50 },
  { recordId: 'r', outcome: 'reput', lines: 6, bytes: 60 },
  { recordId: 'r', outcome: 'control', lines: 0, bytes: 7 },
];
const response = {
  records: [{ recordId: 'r', result: 'Ok' as const, data: Buffer.from('x'.repeat(1234)).toString('base64') }],
};
const summarise = (named: number) => summariseBatch(OUTCOMES, response, registry, named);

describe('the summary of a batch', () => {
  it('counts records, lines and bytes by outcome and reason, each once', () => {
    const summary = summarise(50);
    expect(summary).toMatchObject({ records: 7, lines: 21, bytesIn: 1117, bytesOut: 1234, tenants: 4 });
    expect(summary.byOutcome.get('accepted')).toEqual({ records: 4, lines: 10, bytes: 1000 });
    expect(summary.byReason.get('identity_mismatch')).toEqual({ records: 1, lines: 5, bytes: 50 });
    const all = [...summary.byOutcome.values()];
    expect(all.reduce((sum, { lines }) => sum + lines, 0)).toBe(summary.lines);
    expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(summary.bytesIn);
  });

  it('names the first tenants of the registry and the reserved ones; the others are one', () => {
    const { byTenant } = summarise(2);
    expect([...byTenant.keys()].sort()).toEqual([OTHER_TENANTS, '_unknown', 'acme', 'beta'].sort());
    expect(byTenant.get(OTHER_TENANTS)).toEqual({ records: 1, lines: 2, bytes: 200 });
    expect(summarise(0).byTenant.size).toBe(0);
  });
});

describe('telemetry', () => {
  const printed: string[] = [];
  beforeEach(() => {
    printed.length = 0;
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    for (const level of ['log', 'info', 'error', 'warn'] as const)
      vi.spyOn(console, level).mockImplementation((text: unknown) => void printed.push(String(text)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const lines = (): Record<string, unknown>[] => printed.map((text) => JSON.parse(text) as Record<string, unknown>);
  const emf = (): Record<string, unknown>[] => lines().filter((line) => '_aws' in line);

  it('is embedded metrics that CloudWatch can read, and one log line', () => {
    powertoolsTelemetry().batchAnswered({
      summary: summarise(1),
      invocationId: 'i-1',
      registryVersion: 'v7',
      durationMs: 12.5,
    });
    const [batch, ...dimensioned] = emf();
    expect(batch).toMatchObject({
      service: 'transform',
      Lines: 21,
      LinesAccepted: 10,
      LinesQuarantined: 5,
      LinesReput: 6,
      BytesIn: 1117,
      BytesOut: 1234,
      Tenants: 4,
      BatchDuration: 12.5,
    });
    for (const blob of emf()) {
      const { CloudWatchMetrics: directives } = blob._aws as { CloudWatchMetrics: Directive[] };
      for (const { Namespace, Dimensions, Metrics } of directives) {
        expect(Namespace).toBe('tenantscope');
        for (const name of [...Dimensions.flat(), ...Metrics.map((metric) => metric.Name)])
          expect(blob).toHaveProperty([name]);
      }
    }
    expect(dimensioned.map(({ reason, tenant_id }) => reason ?? tenant_id)).toEqual([
      'identity_mismatch',
      'acme',
      OTHER_TENANTS,
      '_unknown',
    ]);
    expect(lines().filter((line) => !('_aws' in line))).toMatchObject([
      {
        level: 'INFO',
        message: 'batch answered',
        registry_version: 'v7',
        lines: 21,
        reasons: { identity_mismatch: {} },
      },
    ]);
  });

  it('tells of errors by their class; what a foreign message quotes is not printed', () => {
    const telemetry = powertoolsTelemetry();
    telemetry.batchFailed(new SyntaxError('Unexpected token in "password=hunter2"'));
    telemetry.registryFailed({
      store: 's3://b/k',
      version: 'v1',
      staleMs: 60_000,
      error: new AppError('ENGINE_UNAVAILABLE', 'the registry cannot be reached'),
    });
    expect(printed.join('\n')).not.toContain('hunter2');
    expect(lines()).toMatchObject([
      { BatchesFailed: 1 },
      { level: 'ERROR', error_type: 'SyntaxError' },
      { RegistryRefreshFailed: 1 },
      { level: 'ERROR', registry: 's3://b/k', used_version: 'v1', error_type: 'ENGINE_UNAVAILABLE' },
    ]);
  });
});

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}
