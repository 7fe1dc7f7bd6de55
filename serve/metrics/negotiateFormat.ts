import type { ExpositionFormat } from './writeExposition.js';

/**
 * The format an Accept header asks for. OpenMetrics only for those who name it in a version we write; all others, browsers among
 * them, get the text format, which everything reads.
 */
export function negotiateFormat(accept: string | undefined): ExpositionFormat {
  const asked = { openmetrics: 0, text: 0 };
  for (const entry of (accept ?? '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim());
    const given = new Map(parameters.map((part) => part.split('=', 2).map((text) => text.trim()) as [string, string]));
    const version = given.get('version')?.replaceAll('"', '');
    const weight = weightOf(given.get('q'));
    if (type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0'))
      asked.openmetrics = Math.max(asked.openmetrics, weight);
    if (type === 'text/plain' && (version === undefined || version === '0.0.4'))
      asked.text = Math.max(asked.text, weight);
  }
  return asked.openmetrics > 0 && asked.openmetrics >= asked.text ? 'openmetrics' : 'text';
}

function weightOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const weight = Number(text);
  return weight >= 0 && weight <= 1 ? weight : 0;
}
