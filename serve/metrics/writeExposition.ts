import { type MetricDefinition, sampleName } from './metricList.js';

/** One value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric and its values. */
export interface MetricFamily extends MetricDefinition {
  readonly samples: readonly Sample[];
}

/** OpenMetrics 1.0.0, or the text format 0.0.4 that came before it. */
export type ExpositionFormat = 'openmetrics' | 'text';

/** What an answer in a format is called. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
};

/**
 * Metrics as text. Families without values are left out. Label values may hold anything: what the formats have no way to say (NUL,
 * halves of a character) is written as U+FFFD.
 *
 * No library does this for us: prom-client, the one in general use, keeps values in a registry of the process, where every scrape
 * is a snapshot here, and writes neither units nor infos (15.1).
 */
export function writeExposition(families: readonly MetricFamily[], format: ExpositionFormat): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap((family) => familyLines(family, format));
  return `${[...lines, ...(format === 'openmetrics' ? ['# EOF'] : [])].join('\n')}\n`;
}

function familyLines(family: MetricFamily, format: ExpositionFormat): readonly string[] {
  const { name, type, unit, help, samples } = family;
  const sample = sampleName(family);
  const head =
    format === 'openmetrics'
      ? [
          `# TYPE ${name} ${type}`,
          ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
          `# HELP ${name} ${escaped(help).replaceAll('"', '\\"')}`,
        ]
      : [`# HELP ${sample} ${escaped(help)}`, `# TYPE ${sample} ${type === 'info' ? 'gauge' : type}`];
  return [...head, ...samples.map(({ labels, value }) => `${sample}${labelText(labels)} ${numberText(value)}`)];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string =>
  text.toWellFormed().replaceAll('\0', '\ufffd').replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
