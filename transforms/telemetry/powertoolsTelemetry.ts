import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { AppError } from '../../model/index.js';
import type { Telemetry } from './Telemetry.js';

/** Namespace of the transform's own metrics in CloudWatch. */
export const METRIC_NAMESPACE = 'tenantscope';
const SERVICE = 'transform';

/**
 * Telemetry as structured log lines and embedded metrics (EMF), which CloudWatch reads off the function's log. The metrics count
 * answered batches, so a batch that Firehose sends twice counts twice here: they are for watching, and nothing that must add
 * up (completeness, conservation, the ledger) is computed from them.
 */
export function powertoolsTelemetry(): Telemetry {
  const logger = new Logger({ serviceName: SERVICE });
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: SERVICE });
  const publish = (dimensions: Readonly<Record<string, string>>, rows: readonly Row[]): void => {
    if (Object.keys(dimensions).length > 0) metrics.addDimensions({ ...dimensions });
    for (const [name, unit, value] of rows) metrics.addMetric(name, unit, value);
    metrics.publishStoredMetrics();
  };
  return {
    batchAnswered: ({ summary, invocationId, registryVersion, durationMs }) => {
      const { byOutcome, byReason, byTenant, ...totals } = summary;
      publish({}, [
        ['Records', MetricUnit.Count, totals.records],
        ['Lines', MetricUnit.Count, totals.lines],
        ['LinesAccepted', MetricUnit.Count, byOutcome.get('accepted')?.lines ?? 0],
        ['LinesQuarantined', MetricUnit.Count, byOutcome.get('quarantined')?.lines ?? 0],
        ['LinesReput', MetricUnit.Count, byOutcome.get('reput')?.lines ?? 0],
        ['RecordsQuarantined', MetricUnit.Count, byOutcome.get('quarantined')?.records ?? 0],
        ['RecordsControl', MetricUnit.Count, byOutcome.get('control')?.records ?? 0],
        ['BytesIn', MetricUnit.Bytes, totals.bytesIn],
        ['BytesOut', MetricUnit.Bytes, totals.bytesOut],
        ['Tenants', MetricUnit.Count, totals.tenants],
        ['BatchDuration', MetricUnit.Milliseconds, durationMs],
      ]);
      for (const [reason, { records, lines }] of byReason) {
        publish({ reason }, [
          ['RecordsQuarantined', MetricUnit.Count, records],
          ['LinesQuarantined', MetricUnit.Count, lines],
        ]);
      }
      for (const [tenant, { lines, bytes }] of byTenant) {
        publish({ tenant_id: tenant }, [
          ['LinesAccepted', MetricUnit.Count, lines],
          ['BytesIn', MetricUnit.Bytes, bytes],
        ]);
      }
      logger.info('batch answered', {
        invocation_id: invocationId,
        registry_version: registryVersion,
        duration_ms: durationMs,
        ...totals,
        outcomes: Object.fromEntries(byOutcome),
        reasons: Object.fromEntries(byReason),
      });
    },
    registryFailed: ({ store, version, staleMs, error }) => {
      publish({}, [['RegistryRefreshFailed', MetricUnit.Count, 1]]);
      logger.error('the tenant registry could not be refreshed', {
        registry: store,
        ...(version === undefined ? {} : { used_version: version }),
        ...(staleMs === undefined ? {} : { stale_ms: staleMs }),
        ...describe(error),
      });
    },
    batchFailed: (error) => {
      publish({}, [['BatchesFailed', MetricUnit.Count, 1]]);
      logger.error('a batch got no answer; Firehose sends it again', describe(error));
    },
  };
}

type Row = readonly [name: string, unit: (typeof MetricUnit)[keyof typeof MetricUnit], value: number];

/** Our own errors say what they are about; of any other only its class is told, since its message may quote what it read. */
function describe(error: unknown): Record<string, string> {
  if (error instanceof AppError) return { error_type: error.code, error_message: error.message };
  return { error_type: error instanceof Error ? error.name : typeof error };
}
