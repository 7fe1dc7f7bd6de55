import { byUrgency, humanInstant, type Incident } from '../model/index.js';
import { percent } from './detection/explain.js';
import type { Feedback } from './state/PolicyState.js';
import type { Precision } from './state/precisionOf.js';

/** Incidents as people read them on a terminal, the open and the worst first. */
export function formatIncidents(incidents: readonly Incident[]): string {
  if (incidents.length === 0) return 'No incident is open.';
  return [...incidents]
    .sort(
      (a, b) =>
        (a.state === b.state ? 0 : a.state === 'open' ? -1 : 1) ||
        byUrgency(a.severity, b.severity) ||
        b.opened_at - a.opened_at,
    )
    .map((incident) => {
      const since = `${incident.state} since ${humanInstant(incident.resolved_at ?? incident.opened_at)} UTC`;
      return `${incident.severity.padEnd(6)}  ${incident.id.slice(0, 8)}  ${incident.key}  ${since}${seen(incident)}\n        ${incident.sentence}`;
    })
    .join('\n');
}

const seen = ({ acknowledged }: Incident): string => (acknowledged === null ? '' : `, seen by ${acknowledged.by}`);

/** One incident in full. */
export function formatIncident(incident: Incident, feedback: readonly Feedback[]): string {
  const { finding, peak, notified, acknowledged, closed } = incident;
  const ended =
    incident.resolved_at === null
      ? 'open'
      : `resolved ${humanInstant(incident.resolved_at)} UTC${closed === undefined ? '' : ` by ${closed.by}: ${closed.reason}`}`;
  const told =
    notified === null
      ? 'nobody was told'
      : `told ${notified.count} time(s), last ${humanInstant(notified.at)} UTC as ${notified.severity}`;
  return [
    `${incident.severity}  ${incident.key}  (${incident.kind}, ${incident.id})`,
    `  ${finding?.sentence ?? incident.sentence}`,
    `  opened ${humanInstant(incident.opened_at)} UTC, ${ended}; held in ${incident.windows} windows`,
    `  peak ${peakOf(incident)}, in the window to ${humanInstant(peak.at)} UTC`,
    `  ${told}${acknowledged === null ? '' : `; seen by ${acknowledged.by}: ${acknowledged.reason}`}`,
    ...(finding?.excess_usd_per_day == null ? [] : [`  excess $${finding.excess_usd_per_day.toFixed(2)} a day`]),
    ...(finding?.next ?? []).map((step) => `  - ${step}`),
    ...(finding?.reports ?? []).map((command) => `    ${command}`),
    ...feedback.map((one) => `  ${one.owner} says: ${one.verdict}${one.note === '' ? '' : ` (${one.note})`}`),
  ].join('\n');
}

function peakOf({ kind, peak: { share, ratio } }: Incident): string {
  if (kind === 'budget') return `${ratio.toFixed(1)} times the rate that lasts 30 days`;
  return `${percent(share)}, ${ratio.toFixed(1)} times what was expected`;
}

/** The precision report as a table. */
export function formatPrecision(rows: readonly Precision[]): string {
  if (rows.length === 0) return 'No feedback yet: tenantscope incident feedback INCIDENT true|false|unsure';
  return rows
    .map((row) => {
      const part = row.precision === null ? '-' : percent(row.precision);
      return `${row.severity.padEnd(6)}  ${row.kind} ${row.service}: ${part} worth it (${row.true} true, ${row.false} false, ${row.unsure} unsure)`;
    })
    .join('\n');
}
