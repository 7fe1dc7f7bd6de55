import type {
  CloudWatchClient,
  GetMetricDataCommandOutput,
  ListMetricsCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import pLimit from 'p-limit';
import { AppError, fullJitter, type Window } from '../../../model/index.js';
import { judgeAwsError } from '../../writers/judgeAwsError.js';
import type { ImportedLine } from '../ImportedLine.js';
import type { ImportedMetric } from './metricCatalogue.js';

/** Most queries of one GetMetricData call (AWS service model, 2026). */
const QUERIES = 500;
const LISTINGS = 4;
const ATTEMPTS = 10;
const BACKOFF = { baseMs: 200, capMs: 20_000 } as const;

/** One time series to ask for. */
export interface Series {
  readonly metric: ImportedMetric;
  /** By name, in order. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What asking CloudWatch needs. Give the client `maxAttempts: 1`: throttles are waited out here. */
export interface FetchDeps {
  readonly client: Pick<CloudWatchClient, 'send'>;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** The series CloudWatch knows of some metrics: those with exactly the dimensions asked for, in a stable order. */
export async function listSeries(metrics: readonly ImportedMetric[], deps: FetchDeps): Promise<readonly Series[]> {
  const limit = pLimit(LISTINGS);
  const lists = await Promise.all(metrics.map((metric) => limit(() => seriesOf(metric, deps))));
  return lists.flat();
}

async function seriesOf(metric: ImportedMetric, deps: FetchDeps): Promise<readonly Series[]> {
  const { ListMetricsCommand } = await import('@aws-sdk/client-cloudwatch');
  const wanted = [...metric.dimensions].sort();
  const found = new Map<string, Series>();
  let token: string | undefined;
  do {
    const page: ListMetricsCommandOutput = await patiently(deps, () =>
      deps.client.send(
        new ListMetricsCommand({
          Namespace: metric.namespace,
          MetricName: metric.metric,
          Dimensions: wanted.map((Name) => ({ Name })),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    for (const { Dimensions = [] } of page.Metrics ?? []) {
      const values = new Map(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value]));
      if (values.size !== wanted.length || !wanted.every((name) => values.has(name))) continue;
      const dimensions = Object.fromEntries(wanted.map((name) => [name, values.get(name) ?? '']));
      found.set(JSON.stringify(dimensions), { metric, dimensions });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
}

/**
 * The values of some series in a window, as lines: every page of every call, throttles waited out. A value has the
 * identity of its series and time. Throws ENGINE_UNAVAILABLE when CloudWatch does not answer for long, or answers for a
 * series that something went wrong: a window is read whole or not at all.
 */
export async function* fetchMetrics(
  series: readonly Series[],
  window: Window,
  deps: FetchDeps,
): AsyncGenerator<ImportedLine> {
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  for (let first = 0; first < series.length; first += QUERIES) {
    const asked = series.slice(first, first + QUERIES);
    let token: string | undefined;
    do {
      const page: GetMetricDataCommandOutput = await patiently(deps, () =>
        deps.client.send(
          new GetMetricDataCommand({
            StartTime: new Date(window.start),
            EndTime: new Date(window.end),
            ScanBy: 'TimestampAscending',
            MetricDataQueries: asked.map(({ metric, dimensions }, place) => ({
              Id: `q${place}`,
              MetricStat: {
                Metric: {
                  Namespace: metric.namespace,
                  MetricName: metric.metric,
                  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
                },
                Period: metric.period,
                Stat: metric.stat,
              },
            })),
            ...(token === undefined ? {} : { NextToken: token }),
          }),
        ),
      );
      for (const { Id = '', Timestamps = [], Values = [], StatusCode, Messages = [] } of page.MetricDataResults ?? []) {
        const of = asked[Number(Id.slice(1))];
        if (of === undefined || StatusCode === 'InternalError' || StatusCode === 'Forbidden') {
          throw new AppError('ENGINE_UNAVAILABLE', 'CloudWatch did not answer for a metric', {
            got: `${of?.metric.metric ?? Id}: ${StatusCode} ${Messages.map(({ Value }) => Value).join('; ')}`,
            hint: 'run the same import again; it goes on where it stopped',
          });
        }
        for (const [place, time] of Timestamps.entries()) {
          const value = Values[place];
          if (value !== undefined) yield lineOf(of, time, value);
        }
      }
      token = page.NextToken;
    } while (token !== undefined);
  }
}

function lineOf({ metric, dimensions }: Series, time: Date, value: number): ImportedLine {
  const point = {
    namespace: metric.namespace,
    metric: metric.metric,
    stat: metric.stat,
    dimensions,
    time: time.toISOString(),
    period: metric.period,
    value: String(value),
  };
  const { value: _value, ...identity } = point;
  return { text: JSON.stringify(point), file: metric.namespace, uid: JSON.stringify(identity) };
}

/** A call, tried again with full jitter while CloudWatch throttles or is away. */
async function patiently<T>(deps: FetchDeps, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const code = judgeAwsError(error, 'CloudWatch');
      if (attempt >= ATTEMPTS) {
        throw new AppError('ENGINE_UNAVAILABLE', 'CloudWatch does not answer', {
          got: `${code}, ${attempt} times`,
          hint: 'run the same import again later; it goes on where it stopped',
          cause: error,
        });
      }
      await deps.sleep(fullJitter(attempt, BACKOFF, deps.random));
    }
  }
}
