import {
  byUrgency,
  type Finding,
  HOUR_MS,
  humanInstant,
  type Severity,
  startOfHour,
  type Window,
} from '../../model/index.js';
import { nextSteps, reportLinks } from '../runbook/nextSteps.js';
import { shortId } from '../shortId.js';
import { bareFinding } from './bareFinding.js';
import { fleetSentence, noisySentence, noMajoritySentence } from './explain.js';
import { type FleetVerdict, judgePanel, type TenantVerdict } from './judgePanel.js';
import { speaks } from './judgeWindow.js';
import type { ServiceUsage } from './priceUsage.js';
import { ascending } from './robust.js';
import { SummedHours } from './SummedHours.js';
import { servicePanel } from './servicePanel.js';
import type { Signal, TenantFacts } from './TenantFacts.js';
import { testsOf } from './testsOf.js';

/** A tenant as detection knows it. */
export interface DetectTenant {
  readonly tenant_id: string;
  readonly tier: string | undefined;
  /** Contracted share by service, 0 to 1. */
  readonly expected_share: Readonly<Record<string, number>>;
}

/** What is judged, and against what. */
export interface DetectInput {
  readonly services: readonly ServiceUsage[];
  /** What to judge: its whole hours. Hours only partly in it are reported as not judged. */
  readonly window: Window;
  /** What came before, for comparison in words; null without. */
  readonly history: Window | null;
  /** From when on usage is given, where that is before the history: creep is seen only over more than five weeks. */
  readonly since?: number;
  /** Hours that end after this are not judged (epoch ms). */
  readonly completeThrough: number;
  /** Why an hour before that cannot be judged; undefined when it can. All can when left out. */
  readonly incomplete?: (start: number) => string | undefined;
  readonly tenants: readonly DetectTenant[];
  /** What the infrastructure said of a service in the hour that starts then; nothing when left out. */
  readonly signal?: (service: string, start: number) => Signal | undefined;
}

/** What one hour said of one tenant. */
interface Flag extends TenantVerdict {
  readonly hour: number;
}

/**
 * Judges every hour of the window, service by service, with all tests and the decision table (`judgePanel`), each hour with
 * what came before it, and merges what stands out into one finding per tenant and service, as urgent as its worst hour.
 * Pure: equal input, equal findings, whatever the order of tenants.
 */
export function detect(input: DetectInput): Finding[] {
  const work = detecting(input);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** The same in parts, one window or finding each, for who has to do something else in between. */
export function* detecting(input: DetectInput): Generator<undefined, Finding[]> {
  const findings: Finding[] = [];
  for (const service of input.services) findings.push(...(yield* detectService(service, input)));
  return findings.sort(bySeverity);
}

function bySeverity(a: Finding, b: Finding): number {
  return byUrgency(a.severity, b.severity) || b.share - a.share || (a.id < b.id ? -1 : 1);
}

function* detectService(service: ServiceUsage, input: DetectInput): Generator<undefined, Finding[]> {
  const { window } = input;
  const first = startOfHour(window.start + HOUR_MS - 1);
  const last = startOfHour(window.end);
  const end = Math.min(last, startOfHour(input.completeThrough));
  const flags = new Map<string, Flag[]>();
  const fleet: FleetHour[] = [];
  const doubtful: { readonly start: number; readonly end: number; readonly reason: string }[] = [];
  let judged = 0;
  let crowded = 0;
  const panel = servicePanel(service, input.since ?? input.history?.start ?? first, Math.max(first, end));
  const place = (hour: number): number => Math.round((hour - panel.start) / HOUR_MS);
  const tenants = new Map(input.tenants.map((tenant) => [tenant.tenant_id, tenant]));
  // Two hours earlier, so that the first one asked about is judged with those before it.
  const windows = judgePanel({
    panel,
    from: Math.max(0, place(first) - 2),
    until: place(Math.max(first, end)),
    facts: (tenant) => factsOf(tenants.get(tenant), service.service),
    signal: (start) => input.signal?.(service.service, start),
    incomplete: (start) => input.incomplete?.(start),
  });
  for (const hour of windows) {
    yield;
    if (hour.start < first || service.hours.get(hour.start) === undefined) continue;
    if (hour.notJudged !== undefined) {
      doubtful.push({ start: hour.start, end: hour.start + HOUR_MS, reason: hour.notJudged });
      continue;
    }
    judged += 1;
    if (hour.fleet !== undefined) {
      const throttled = (input.signal?.(service.service, hour.start)?.throttledRequests ?? 0) > 0;
      fleet.push({ ...hour.fleet, hour: hour.start, throttled });
    }
    if (hour.noMajority || hour.systemic !== undefined) {
      crowded += 1;
      continue;
    }
    for (const verdict of hour.tenants) {
      if (!speaks(verdict.evidence)) continue;
      const { tenant } = verdict.evidence;
      flags.set(tenant, [...(flags.get(tenant) ?? []), { ...verdict, hour: hour.start }]);
    }
  }
  const summed = {
    panel,
    places: new Map(panel.tenants.map((tenant, at) => [tenant, at])),
    tierOf: (id: string) => tenants.get(id)?.tier,
  };
  const history = flags.size === 0 ? null : input.history;
  const before = usageBefore(service, history, (hours) => new SummedHours(summed, hours.map(place)));
  const context = { service, input, tenants, judged, before };
  const findings: Finding[] = [];
  for (const { hours, tenants: noisy } of sameHours(flags)) {
    const sums = new SummedHours(summed, hours.map(place));
    for (const [id, own] of noisy) {
      yield;
      findings.push(noisyTenant(id, own, sums, context));
    }
  }
  if (crowded > 0) findings.push(noMajority(service, input, crowded, judged));
  if (fleet.length > 0) findings.push(infrastructure(service, fleet, judged));
  const gap = (from: number, to: number, reason: string): void => {
    if (from < to) findings.push(notJudged(service, { start: from, end: to }, reason, judged));
  };
  for (const { start, end: until, reason } of joined(doubtful)) gap(start, until, reason);
  gap(window.start, Math.min(first, window.end), 'an hour is judged only whole');
  gap(Math.max(end, first), last, 'the data is not complete there');
  gap(Math.max(last, first), window.end, 'an hour is judged only whole');
  return findings;
}

interface Doubt extends Window {
  readonly reason: string;
}

/** Hours that follow each other and are not judged for one reason, as one span. */
function joined(hours: readonly Doubt[]): readonly Doubt[] {
  const spans: Doubt[] = [];
  for (const hour of hours) {
    const last = spans.at(-1);
    if (last?.end === hour.start && last.reason === hour.reason) spans[spans.length - 1] = { ...last, end: hour.end };
    else spans.push(hour);
  }
  return spans;
}

function factsOf(tenant: DetectTenant | undefined, service: string): TenantFacts {
  const expectedShare = tenant?.expected_share[service];
  return {
    ...(tenant?.tier === undefined ? {} : { tier: tenant.tier }),
    ...(expectedShare === undefined ? {} : { expectedShare }),
  };
}

/** What the findings of a service have in common, made once: there can be as many of them as tenants. */
interface ServiceContext {
  readonly service: ServiceUsage;
  readonly input: DetectInput;
  readonly tenants: ReadonlyMap<string, DetectTenant>;
  readonly judged: number;
  readonly before: UsageBefore;
}

/** The tenants that were flagged in the same hours, by those. */
function sameHours(flags: ReadonlyMap<string, readonly Flag[]>) {
  const groups = new Map<string, { hours: readonly number[]; tenants: [string, readonly Flag[]][] }>();
  for (const [id, own] of flags) {
    const hours = own.map(({ hour }) => hour);
    const group = groups.get(hours.join()) ?? { hours, tenants: [] };
    groups.set(hours.join(), group);
    group.tenants.push([id, own]);
  }
  return [...groups.values()];
}

function noisyTenant(id: string, flags: readonly Flag[], sums: SummedHours, context: ServiceContext): Finding {
  const { service, input, tenants, judged, before } = context;
  const hours = flags.map((flag) => flag.hour);
  const window: Window = { start: Math.min(...hours), end: Math.max(...hours) + HOUR_MS };
  const { total } = sums;
  const actual = sums.of(id);
  const byPeers = flags.some((flag) => flag.evidence.peerLevel !== 'none');
  const { count: peers, median: peerMedian } = byPeers ? sums.peersOfTier(id) : sums.peers(id);
  const expected = Math.max(peerMedian, (tenants.get(id)?.expected_share[service.service] ?? 0) * total);
  const perDay = service.priced ? ((actual - expected) / hours.length) * 24 : null;
  const share = total === 0 ? 0 : actual / total;
  const facts = {
    tenantId: id,
    service: service.service,
    window,
    hours: hours.length,
    share,
    peerCount: peers,
    peerMedianShare: total === 0 ? 0 : peerMedian / total,
    ratio: peerMedian === 0 ? 0 : actual / peerMedian,
    before: before.sums === null || before.sums.total === 0 ? null : before.sums.of(id) / before.sums.total,
    beforeMs: before.ms,
  };
  const creeping = flags.some(({ evidence }) => evidence.creeping);
  const of = {
    kind: 'noisy_tenant',
    tenantId: id,
    service: service.service,
    window,
    creeping,
    capacityUnknown: hours.every((hour) => input.signal?.(service.service, hour)?.capacityUse == null),
  } as const;
  return {
    id: shortId(id, service.service, window.start),
    severity: worstOf(flags),
    status: 'judged',
    kind: 'noisy_tenant',
    tenant_id: id,
    service: service.service,
    window,
    windows_flagged: flags.length,
    windows_judged: judged,
    basis: service.basis,
    tests: testsOf(flags.map(({ evidence }) => evidence)),
    actual,
    expected,
    share,
    peer_median_share: facts.peerMedianShare,
    ratio_to_peer_median: facts.ratio,
    rank: sums.rank(actual),
    peers,
    share_before: facts.before,
    p: least(flags.map((flag) => flag.evidence.peerP)),
    change_ratio: greatest(flags.map((flag) => flag.evidence.changeRatio)),
    is_new: flags.some((flag) => flag.evidence.isNew),
    tail_capped: flags.some((flag) => flag.evidence.tailCapped && flag.evidence.peerLevel !== 'none'),
    excess_usd_per_day: perDay,
    excess_per_day: ((actual - expected) / hours.length) * 24,
    sentence: noisySentence(facts),
    next: nextSteps(of),
    reports: reportLinks(of),
  };
}

function worstOf(flags: readonly Flag[]): Severity {
  return flags.reduce<Severity>((worst, { severity }) => (byUrgency(severity, worst) < 0 ? severity : worst), 'INFO');
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const least = (values: readonly (number | null)[]): number | null =>
  known(values).length === 0 ? null : Math.min(...known(values));
const greatest = (values: readonly (number | null)[]): number | null =>
  known(values).length === 0 ? null : Math.max(...known(values));

/** What there is of the history. */
interface UsageBefore {
  readonly sums: SummedHours | null;
  /** How far back that goes, milliseconds. */
  readonly ms: number;
}

function usageBefore(
  service: ServiceUsage,
  history: Window | null,
  sumOf: (hours: readonly number[]) => SummedHours,
): UsageBefore {
  if (history === null) return { sums: null, ms: 0 };
  const hours = ascending([...service.hours.keys()]).filter((hour) => hour >= history.start && hour < history.end);
  return { sums: sumOf(hours), ms: history.end - (hours[0] ?? history.end) };
}

function bare(service: ServiceUsage, window: Window, kind: Finding['kind'], sentence: string, next: string[]): Finding {
  return bareFinding({
    id: shortId(kind, service.service, window.start),
    status: kind === 'not_judged' ? 'not_judged' : 'judged',
    kind,
    service: service.service,
    window,
    basis: service.basis,
    sentence,
    next,
  });
}

function noMajority(service: ServiceUsage, input: DetectInput, crowded: number, judged: number): Finding {
  const next = nextSteps({
    kind: 'no_majority_peer_group',
    tenantId: '_fleet',
    service: service.service,
    window: input.window,
  });
  const finding = bare(
    service,
    input.window,
    'no_majority_peer_group',
    noMajoritySentence(service.service, crowded, judged),
    next,
  );
  return { ...finding, windows_flagged: crowded, windows_judged: judged };
}

interface FleetHour extends FleetVerdict {
  readonly hour: number;
  readonly throttled: boolean;
}

/** All tenants moved together: nobody's fault among them. */
function infrastructure(service: ServiceUsage, hours: readonly FleetHour[], judged: number): Finding {
  const starts = hours.map(({ hour }) => hour);
  const window: Window = { start: Math.min(...starts), end: Math.max(...starts) + HOUR_MS };
  const strongest = hours.reduce((a, b) => (Math.abs(Math.log(b.ratio)) > Math.abs(Math.log(a.ratio)) ? b : a));
  const sentence = fleetSentence(service.service, window, strongest);
  const of = { kind: 'infrastructure', tenantId: '_fleet', service: service.service, window } as const;
  const finding = bare(service, window, 'infrastructure', sentence, nextSteps(of));
  const severity = hours.some(({ throttled }) => throttled) ? 'PAGE' : 'TICKET';
  return { ...finding, severity, windows_flagged: hours.length, windows_judged: judged };
}

function notJudged(service: ServiceUsage, window: Window, reason: string, judged: number): Finding {
  const sentence = `${service.service} was not judged from ${humanInstant(window.start)} to ${humanInstant(window.end)} UTC: ${reason}.`;
  const next = [
    'wait for the data, then run: tenantscope ledger build; or choose whole hours with --since and --until',
  ];
  return { ...bare(service, window, 'not_judged', sentence, next), windows_judged: judged };
}
