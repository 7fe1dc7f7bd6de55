import { createHash } from 'node:crypto';
import { type Finding, HOUR_MS, humanInstant, type Severity, startOfHour, type Window } from '../../model/index.js';
import { nextSteps, noisySentence, noMajoritySentence } from './explain.js';
import { MIN_TIER, type PeerInput, type PeerVerdict, peerTest } from './peerTest.js';
import type { ServiceUsage } from './priceUsage.js';
import { ascending, medianOfSorted, sumOf } from './robust.js';

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
  /** Hours that end after this are not judged (epoch ms). */
  readonly completeThrough: number;
  readonly tenants: readonly DetectTenant[];
}

interface Flag {
  readonly hour: number;
  readonly verdict: PeerVerdict | undefined;
  readonly dominant: boolean;
}

/**
 * Judges every hour of the window, service by service, with P (level against peers) and D (dominance), and merges what
 * stands out into one finding per tenant and service. Pure: equal input, equal findings, whatever the order of tenants.
 * Without the change tests a finding is a TICKET at most.
 */
export function detect(input: DetectInput): Finding[] {
  return input.services.flatMap((service) => detectService(service, input)).sort(bySeverity);
}

const ORDER: Readonly<Record<Severity, number>> = { PAGE: 0, TICKET: 1, INFO: 2 };

function bySeverity(a: Finding, b: Finding): number {
  return ORDER[a.severity] - ORDER[b.severity] || b.share - a.share || (a.id < b.id ? -1 : 1);
}

function detectService(service: ServiceUsage, input: DetectInput): Finding[] {
  const { window } = input;
  const first = startOfHour(window.start + HOUR_MS - 1);
  const last = startOfHour(window.end);
  const end = Math.min(last, startOfHour(input.completeThrough));
  const flags = new Map<string, Flag[]>();
  let judged = 0;
  let crowded = 0;
  for (let hour = first; hour + HOUR_MS <= end; hour += HOUR_MS) {
    const amounts = service.hours.get(hour);
    if (amounts === undefined) continue;
    judged += 1;
    const found = judgeHour(hour, amounts, service.service, input.tenants);
    const peerFlags = found.filter(([, flag]) => flag.verdict !== undefined).length;
    const active = [...amounts].filter(([id, amount]) => !id.startsWith('_') && amount > 0).length;
    if (active >= 10 && peerFlags > 0.2 * active) {
      crowded += 1;
      continue;
    }
    for (const [id, flag] of found) flags.set(id, [...(flags.get(id) ?? []), flag]);
  }
  const findings = [...flags].map(([id, hours]) => noisyTenant(id, hours, judged, service, input));
  if (crowded > 0) findings.push(noMajority(service, input, crowded, judged));
  const gap = (from: number, to: number, reason: string): void => {
    if (from < to) findings.push(notJudged(service, { start: from, end: to }, reason, judged));
  };
  gap(window.start, Math.min(first, window.end), 'an hour is judged only whole');
  gap(Math.max(end, first), last, 'the data is not complete there');
  gap(Math.max(last, first), window.end, 'an hour is judged only whole');
  return findings;
}

function judgeHour(
  hour: number,
  amounts: ReadonlyMap<string, number>,
  service: string,
  tenants: readonly DetectTenant[],
): readonly (readonly [string, Flag])[] {
  const known = new Map(tenants.map((tenant) => [tenant.tenant_id, tenant]));
  const total = sumOf(amounts.values());
  const judgedIds = [...amounts].filter(([id, amount]) => !id.startsWith('_') && amount > 0);
  const n = judgedIds.length;
  const inputs = judgedIds.map(([id, amount]): PeerInput => {
    const expected = known.get(id)?.expected_share[service];
    return { id, amount, weight: expected === undefined ? 1 : expected * n, tier: known.get(id)?.tier };
  });
  const verdicts = new Map(peerTest(inputs).map((verdict) => [verdict.id, verdict]));
  const median = medianOfSorted(ascending(inputs.map((entry) => entry.amount)));
  return inputs.flatMap(({ id, amount }): (readonly [string, Flag])[] => {
    const verdict = verdicts.get(id);
    const share = amount / total;
    const expected = known.get(id)?.expected_share[service] ?? 0;
    const dominant = n >= 3 && share >= Math.max(0.2, 3 / n) && amount >= 5 * median && share > 1.25 * expected;
    const peer = verdict !== undefined && verdict.level !== 'none' ? verdict : undefined;
    return peer === undefined && !dominant ? [] : [[id, { hour, verdict: peer, dominant }]];
  });
}

function noisyTenant(
  id: string,
  flags: readonly Flag[],
  judged: number,
  service: ServiceUsage,
  input: DetectInput,
): Finding {
  const hours = flags.map((flag) => flag.hour);
  const window: Window = { start: Math.min(...hours), end: Math.max(...hours) + HOUR_MS };
  const totals = sumOver(service, hours);
  const total = sumOf(totals.values());
  const actual = totals.get(id) ?? 0;
  const byPeers = flags.some((flag) => flag.verdict !== undefined);
  const peers = peerAmounts(id, totals, byPeers ? input.tenants : []);
  const peerMedian = peers.length === 0 ? 0 : medianOfSorted(ascending(peers));
  const strong = flags.filter((flag) => flag.verdict?.level === 'strong' || flag.dominant);
  const tests = new Set<'P_strong' | 'P_weak' | 'D'>();
  for (const flag of flags) {
    if (flag.verdict?.level === 'strong') tests.add('P_strong');
    if (flag.verdict?.level === 'weak') tests.add('P_weak');
    if (flag.dominant) tests.add('D');
  }
  const worst = flags.reduce<PeerVerdict | undefined>(
    (best, flag) =>
      flag.verdict !== undefined && (best === undefined || flag.verdict.p < best.p) ? flag.verdict : best,
    undefined,
  );
  const expected = Math.max(peerMedian, shareExpected(id, service.service, input) * total);
  const perDay = service.priced ? ((actual - expected) / hours.length) * 24 : null;
  const share = total === 0 ? 0 : actual / total;
  const impact = (perDay ?? 0) >= 5 || share >= 0.02;
  const severity: Severity =
    lasting(
      strong.map((flag) => flag.hour),
      judged,
    ) && impact
      ? 'TICKET'
      : 'INFO';
  const facts = {
    tenantId: id,
    service: service.service,
    window,
    hours: hours.length,
    share,
    peerCount: peers.length,
    peerMedianShare: total === 0 ? 0 : peerMedian / total,
    ratio: peerMedian === 0 ? 0 : actual / peerMedian,
    before: shareBefore(id, service, input.history),
    historyDays: input.history === null ? 0 : Math.round((input.history.end - input.history.start) / (24 * HOUR_MS)),
  };
  return {
    id: createHash('sha256').update(`${id}\n${service.service}\n${window.start}`).digest('hex').slice(0, 16),
    severity,
    status: 'judged',
    kind: 'noisy_tenant',
    tenant_id: id,
    service: service.service,
    window,
    windows_flagged: flags.length,
    windows_judged: judged,
    basis: service.basis,
    tests: [...tests].sort(),
    actual,
    expected,
    share,
    peer_median_share: facts.peerMedianShare,
    ratio_to_peer_median: facts.ratio,
    rank: 1 + [...totals.values()].filter((amount) => amount > actual).length,
    peers: peers.length,
    share_before: facts.before,
    p: worst?.p ?? null,
    tail_capped: flags.some((flag) => flag.verdict?.tailCapped === true),
    excess_usd_per_day: perDay,
    sentence: noisySentence(facts),
    next: nextSteps(id, service.service),
  };
}

/** What the peers used that a tenant is compared with: its tier where that has enough of them, else all. */
function peerAmounts(id: string, totals: ReadonlyMap<string, number>, tenants: readonly DetectTenant[]): number[] {
  const tiers = new Map(tenants.map((tenant) => [tenant.tenant_id, tenant.tier]));
  const others = [...totals].filter(([other, amount]) => other !== id && !other.startsWith('_') && amount > 0);
  const sameTier = others.filter(([other]) => tiers.get(other) === tiers.get(id));
  return (sameTier.length >= MIN_TIER ? sameTier : others).map(([, amount]) => amount);
}

/** In two of three consecutive judged hours, or in the only hour there was. */
function lasting(hours: readonly number[], judged: number): boolean {
  if (judged === 1) return hours.length === 1;
  const sorted = ascending(hours);
  return sorted.some((hour, index) => index > 0 && hour - (sorted[index - 1] ?? 0) <= 2 * HOUR_MS);
}

function sumOver(service: ServiceUsage, hours: readonly number[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const hour of hours) {
    for (const [id, amount] of service.hours.get(hour) ?? []) sums.set(id, (sums.get(id) ?? 0) + amount);
  }
  return sums;
}

function shareBefore(id: string, service: ServiceUsage, history: Window | null): number | null {
  if (history === null) return null;
  const hours = ascending([...service.hours.keys()]).filter((hour) => hour >= history.start && hour < history.end);
  const sums = sumOver(service, hours);
  const total = sumOf(sums.values());
  return total === 0 ? null : (sums.get(id) ?? 0) / total;
}

function shareExpected(id: string, service: string, input: DetectInput): number {
  return input.tenants.find((tenant) => tenant.tenant_id === id)?.expected_share[service] ?? 0;
}

function bare(service: ServiceUsage, window: Window, kind: Finding['kind'], sentence: string, next: string[]): Finding {
  return {
    id: createHash('sha256').update(`${kind}\n${service.service}\n${window.start}`).digest('hex').slice(0, 16),
    severity: 'INFO',
    status: kind === 'not_judged' ? 'not_judged' : 'judged',
    kind,
    tenant_id: '_fleet',
    service: service.service,
    window,
    windows_flagged: 0,
    windows_judged: 0,
    basis: service.basis,
    tests: [],
    actual: 0,
    expected: 0,
    share: 0,
    peer_median_share: 0,
    ratio_to_peer_median: 0,
    rank: 1,
    peers: 0,
    share_before: null,
    p: null,
    tail_capped: false,
    excess_usd_per_day: null,
    sentence,
    next,
  };
}

function noMajority(service: ServiceUsage, input: DetectInput, crowded: number, judged: number): Finding {
  const next = ['give each plan a tier in tenantscope.yaml, so that like is compared with like'];
  const finding = bare(
    service,
    input.window,
    'no_majority_peer_group',
    noMajoritySentence(service.service, crowded, judged),
    next,
  );
  return { ...finding, windows_flagged: crowded, windows_judged: judged };
}

function notJudged(service: ServiceUsage, window: Window, reason: string, judged: number): Finding {
  const sentence = `${service.service} was not judged from ${humanInstant(window.start)} to ${humanInstant(window.end)} UTC: ${reason}.`;
  const next = [
    'wait for the data, then run: tenantscope ledger build; or choose whole hours with --since and --until',
  ];
  return { ...bare(service, window, 'not_judged', sentence, next), windows_judged: judged };
}
