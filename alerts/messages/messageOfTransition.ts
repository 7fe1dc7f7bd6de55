import { type AlertSettings, HOUR_MS, humanInstant, type Incident } from '../../model/index.js';
import { ALL_SERVICES, ALL_TENANTS } from '../budgets/budgetKey.js';
import { dollars } from '../budgets/burnSentence.js';
import { percent } from '../detection/explain.js';
import type { Transition } from '../policy/Transition.js';
import { nextSteps } from '../runbook/nextSteps.js';
import type { AlertEvent, AlertMessage } from './AlertMessage.js';

/** What is known of an incident besides itself. */
export interface IncidentFacts {
  /** Plan of the tenant, for routes. */
  readonly plan?: string | undefined;
  /** The tenant's name, as whoever registered it wrote it. */
  readonly tenantName?: string | undefined;
  /** Further figures, such as what is expected or what is lost by the hour. */
  readonly figures?: AlertMessage['figures'];
  /** What to do next, where it is known better than by service. */
  readonly next?: readonly string[];
}

/** What messages are made with. */
export type MessageSettings = Pick<AlertSettings, 'environment' | 'dashboard_url' | 'runbooks'>;

const TITLES: Readonly<Record<Incident['kind'], (incident: Incident) => string>> = {
  noisy_tenant: ({ tenant_id, service }) => `${tenant_id} is out of line in ${service}`,
  infrastructure: ({ service, direction }) =>
    `All tenants' use of ${service} ${direction === 'down' ? 'fell' : 'rose'} together`,
  systemic: ({ service }) => `Many tenants stand out at once in ${service}`,
  no_majority_peer_group: ({ service }) => `The tenants of ${service} cannot be compared with each other`,
  pipeline: () => 'Usage cannot be judged: its data is not complete',
  budget: ({ tenant_id, service }) =>
    `${tenant_id === ALL_TENANTS ? 'All tenants use' : `${tenant_id} uses`} up the budget of ${service === ALL_SERVICES ? 'all services' : service} too fast`,
};

const STARTS: Readonly<Record<AlertEvent, string>> = {
  opened: '',
  escalated: 'Worse: ',
  grew: 'Grown: ',
  reminder: 'Still: ',
  acknowledged: 'Acknowledged: ',
  resolved: 'Resolved: ',
};

/** The message of a transition. Pure: the same transition, facts and settings give the same message. */
export function messageOfTransition(
  transition: Transition,
  facts: IncidentFacts,
  settings: MessageSettings,
): AlertMessage {
  const { incident, kind, at, id } = transition;
  return incidentMessage({ id, event: kind, at, incident }, facts, settings);
}

/** The message that somebody has taken an incident up: one for each time somebody did. */
export function acknowledgement(incident: Incident, facts: IncidentFacts, settings: MessageSettings): AlertMessage {
  const { acknowledged } = incident;
  const at = acknowledged?.at ?? incident.updated_at;
  return incidentMessage({ id: `${incident.id}-ack-${at}`, event: 'acknowledged', at, incident }, facts, settings);
}

function incidentMessage(
  of: { readonly id: string; readonly event: AlertEvent; readonly at: number; readonly incident: Incident },
  facts: IncidentFacts,
  settings: MessageSettings,
): AlertMessage {
  const { incident, event } = of;
  const title = TITLES[incident.kind](incident);
  return {
    version: 1,
    id: of.id,
    event,
    severity: incident.severity,
    told_severity: null,
    kind: incident.kind,
    at: of.at,
    opened_at: incident.opened_at,
    resolved_at: event === 'resolved' ? (incident.resolved_at ?? of.at) : null,
    incident_id: incident.id,
    dedup_key: `tenantscope/${settings.environment}/${incident.key}`,
    environment: settings.environment,
    tenant_id: incident.tenant_id,
    service: incident.service,
    direction: incident.direction,
    plan: facts.plan ?? null,
    title,
    headline: `${STARTS[event]}${headlineOf(incident, title, event)}`,
    sentence: sentenceOf(incident, event),
    figures: [...figuresOf(incident, event, facts), ...(facts.figures ?? [])],
    next: event === 'resolved' ? [] : [...(facts.next ?? stepsOf(incident))],
    links: linksOf(incident, of.at, settings),
  };
}

function headlineOf(incident: Incident, title: string, event: AlertEvent): string {
  const { share, ratio } = event === 'resolved' ? incident.peak : incident.last;
  const peak = event === 'resolved' ? ' at its peak' : '';
  if (incident.kind === 'budget') return `${title}: ${times(ratio)} the rate that lasts 30 days${peak}`;
  if (incident.kind !== 'noisy_tenant') return title;
  return `${incident.tenant_id} used ${percent(share)} of ${incident.service}${peak}, ${times(ratio)} what was expected`;
}

function sentenceOf(incident: Incident, event: AlertEvent): string {
  if (event === 'acknowledged' && incident.acknowledged !== null) {
    const { by, reason } = incident.acknowledged;
    return `${by} has taken it up (${reason}). ${incident.finding?.sentence ?? incident.sentence}`;
  }
  if (event !== 'resolved') return incident.finding?.sentence ?? incident.sentence;
  const { peak } = incident;
  const worst =
    incident.kind === 'budget'
      ? `; at its peak, in the window to ${humanInstant(peak.at)} UTC, it burned at ${times(peak.ratio)} the rate that lasts 30 days`
      : incident.kind === 'noisy_tenant'
        ? `; at its peak, in the window to ${humanInstant(peak.at)} UTC, it was ${percent(peak.share)} of ${incident.service}, ${times(peak.ratio)} what was expected`
        : '';
  const by = incident.closed === undefined ? '' : `; ${incident.closed.by} closed it (${incident.closed.reason})`;
  return `It is over after ${spanText(durationOf(incident))}${worst}${by}. Last: ${incident.sentence}`;
}

function figuresOf(incident: Incident, event: AlertEvent, facts: IncidentFacts): AlertMessage['figures'] {
  const { last, peak, kind } = incident;
  const figures: AlertMessage['figures'] = [];
  const add = (name: string, label: string, value: string): void => {
    figures.push({ name, label, value });
  };
  if (facts.tenantName !== undefined) add('tenant_name', 'tenant', facts.tenantName);
  if (facts.plan !== undefined) add('plan', 'plan', facts.plan);
  if (kind === 'noisy_tenant') {
    add('current_value', 'share', percent(last.share));
    add('ratio', 'against what was expected', times(last.ratio));
    add('peak_value', 'share at its peak', `${percent(peak.share)}, ${times(peak.ratio)}`);
  }
  if (kind === 'budget') {
    add('burn', 'against a rate that lasts 30 days', times(last.ratio));
    add('peak_value', 'at its peak', times(peak.ratio));
  }
  if (event !== 'resolved') figures.push(...findingFigures(incident), ...budgetFigures(incident));
  if (kind === 'infrastructure') add('ratio', 'against that time before', times(last.ratio));
  add('first_seen', 'since', `${humanInstant(incident.opened_at)} UTC`);
  if (event === 'resolved') add('duration', 'lasted', spanText(durationOf(incident)));
  else add('window', 'window to', `${humanInstant(last.at)} UTC`);
  return figures;
}

/** What detection says in full of a tenant: what is expected, what the excess costs, and what makes it up. */
function findingFigures({ kind, finding }: Incident): AlertMessage['figures'] {
  if (kind !== 'noisy_tenant' || finding === undefined) return [];
  const { actual, expected, share, peers, peer_median_share, excess_usd_per_day: excess, attribution = [] } = finding;
  const [first] = attribution;
  const most = first === undefined ? '' : `${percent(Math.min(1, first.part))} of the excess`;
  return [
    ...(actual > 0
      ? [{ name: 'expected_value', label: 'share expected', value: percent((expected / actual) * share) }]
      : []),
    ...(peers > 0
      ? [{ name: 'peers_median', label: `median of its ${peers} peers`, value: percent(peer_median_share) }]
      : []),
    ...(excess !== null && excess > 0
      ? [{ name: 'excess_usd_per_day', label: 'excess', value: `$${excess.toFixed(2)} a day` }]
      : []),
    ...(first === undefined
      ? []
      : [
          {
            name: 'top_contributor',
            label: 'mostly',
            value: `${first.dimension} ${first.value || 'unnamed'}, ${most}`,
          },
        ]),
  ];
}

/** Of a budget, what was spent in the window its rule looked at, and what it allows in it. */
function budgetFigures({ kind, finding }: Incident): AlertMessage['figures'] {
  if (kind !== 'budget' || finding === undefined) return [];
  const { actual, expected, window } = finding;
  const hours = (window.end - window.start) / HOUR_MS;
  return [
    {
      name: 'current_value',
      label: hours === 1 ? 'spent in an hour' : `spent in ${hours} hours`,
      value: dollars(actual),
    },
    { name: 'expected_value', label: 'the budget allows', value: dollars(expected) },
  ];
}

/** What detection advised when it looked, with the commands that show what it rests on; else what holds for such an incident. */
function stepsOf({ kind, tenant_id, service, opened_at, last, finding }: Incident): readonly string[] {
  if (finding === undefined) {
    return nextSteps({ kind, tenantId: tenant_id, service, window: { start: opened_at - HOUR_MS, end: last.at } });
  }
  return [...finding.next, ...(finding.reports ?? []).map((command) => `see: ${command}`)];
}

function linksOf(incident: Incident, at: number, settings: MessageSettings): AlertMessage['links'] {
  const values: Readonly<Record<string, string>> = {
    tenant_id: incident.tenant_id,
    service: incident.service,
    incident_id: incident.id,
    start: String(incident.opened_at - HOUR_MS),
    end: String(at),
  };
  const filled = (url: string): string =>
    url.replace(/\{(\w+)\}/g, (found, name: string) => {
      const value = values[name];
      return value === undefined ? found : encodeURIComponent(value);
    });
  const links: AlertMessage['links'] = [];
  const runbook = settings.runbooks[incident.service] ?? settings.runbooks.default;
  if (runbook !== undefined) links.push({ name: 'runbook_url', text: 'Runbook', url: filled(runbook) });
  if (settings.dashboard_url !== undefined)
    links.push({ name: 'dashboard_url', text: 'Dashboard', url: filled(settings.dashboard_url) });
  return links;
}

const durationOf = (incident: Incident): number => (incident.resolved_at ?? incident.updated_at) - incident.opened_at;

const times = (ratio: number): string => `${ratio.toFixed(1)} times`;

/** A span as people say it: `45 min`, `3 h`, `2 d 4 h`. */
export function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
