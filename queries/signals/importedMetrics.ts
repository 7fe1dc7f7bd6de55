import { DAY_MS, HOUR_MS, utcDayOf, type Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { sqlInstant } from '../engines/sqlInstant.js';
import { sqlText } from '../engines/sqlText.js';

/** What one imported CloudWatch metric of one resource came to in one hour. */
export interface ImportedMetricValue {
  readonly namespace: string;
  readonly metric: string;
  /** Table or function; empty where the metric is of neither. */
  readonly resource: string;
  /** Index of the table; empty for the table itself. */
  readonly index: string;
  /** Start of the hour, epoch milliseconds. */
  readonly start: number;
  /** Of the values in it, each counted once. */
  readonly sum: number;
  readonly values: number;
}

/** Which metrics are read, and of which hours. */
export interface ImportedMetricsOf {
  readonly window: Window;
  /** Names such as `ReadThrottleEvents`. */
  readonly metrics: readonly string[];
}

/** The views it takes; single lines cost money or are not there on some engines. */
const NEEDED = ['events', 'booked_sources'];

/**
 * Values of CloudWatch metrics that `tenantscope import cloudwatch-metrics` brought into the lake, whoever owns the resource.
 * Single lines are read only of the partitions that hold imported lines of these hours, so a lake without any is not
 * searched. None on an engine without single lines. Throws what the engine throws.
 */
export async function importedMetrics(
  engine: Engine,
  { window, metrics }: ImportedMetricsOf,
): Promise<readonly ImportedMetricValue[]> {
  if (engine.views !== undefined && !NEEDED.every((view) => engine.views?.includes(view))) return [];
  const first = Math.floor(window.start / HOUR_MS) * HOUR_MS;
  const imported = await engine.query(`select tenant_id, max(booked_date) from booked_sources
    where pod_uid is null and lines > 0 and hour >= ${sqlInstant(first)} and hour < ${sqlInstant(window.end)}
    group by tenant_id order by tenant_id`);
  if (imported.rows.length === 0) return [];
  const tenants = imported.rows.map(([tenant]) => sqlText(String(tenant)));
  const lastDay = imported.rows.map(([, day]) => String(day)).sort();
  const answer = await engine.query(`with points as (
      select ${attribute('namespace')} as namespace, ${attribute('metric')} as metric,
        coalesce(${attribute('dimensions.TableName')}, ${attribute('dimensions.FunctionName')}, '') as resource,
        coalesce(${attribute('dimensions.GlobalSecondaryIndexName')}, '') as part,
        date_trunc('hour', event_time) as start,
        try_cast(${attribute('value')} as double) as amount,
        row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) as copy
      from events
      where tenant_id in (${tenants.join(', ')})
        and dt >= '${utcDayOf(window.start - DAY_MS)}' and dt <= ${sqlText(lastDay.at(-1) ?? '')}
        and event_time >= ${sqlInstant(window.start)} and event_time < ${sqlInstant(window.end)}
        and format = 'cloudwatch_metric' and ${attribute('metric')} in (${metrics.map(sqlText).join(', ')})
    )
    select namespace, metric, resource, part, start, sum(amount), count(amount) from points where copy = 1
    group by namespace, metric, resource, part, start order by namespace, metric, resource, part, start`);
  return answer.rows.map(([namespace, metric, resource, index, start, sum, values]) => ({
    namespace: String(namespace),
    metric: String(metric),
    resource: String(resource),
    index: String(index),
    start: Date.parse(String(start)),
    sum: Number(sum ?? 0),
    values: Number(values),
  }));
}

const attribute = (name: string): string => `element_at(attributes, ${sqlText(`cloudwatch.${name}`)})`;
