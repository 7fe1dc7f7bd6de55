import { isObject } from '../jsonObject.js';

type Fields = Readonly<Record<string, unknown>>;

/** CloudWatch's embedded metric format: when its metrics are of, and the fields that hold their values. */
export interface EmbeddedMetrics {
  readonly timestamp: unknown;
  readonly names: ReadonlySet<string>;
}

/** The `_aws` object of CloudWatch's embedded metric format, or undefined. */
export function embeddedMetrics({ _aws: meta }: Fields): EmbeddedMetrics | undefined {
  if (!isObject(meta) || !Array.isArray(meta.CloudWatchMetrics)) return undefined;
  const directives: readonly unknown[] = meta.CloudWatchMetrics;
  const metrics = directives.flatMap((directive): readonly unknown[] =>
    isObject(directive) && Array.isArray(directive.Metrics) ? directive.Metrics : [],
  );
  const names = metrics.flatMap((metric) => (isObject(metric) && typeof metric.Name === 'string' ? [metric.Name] : []));
  return { timestamp: meta.Timestamp, names: new Set(names) };
}
