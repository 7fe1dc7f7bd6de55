import { HOUR_MS } from '../../model/index.js';
import { CHANGE_STRONG, CHANGE_WEAK, type ChangeVerdicts, changeTest } from './changeTest.js';
import { type FleetEvidence, fleetEvidence } from './fleetEvidence.js';
import { Medians } from './medians.js';
import { ownHistoryScores } from './ownHistoryScore.js';
import { type PeerVerdict, peerTest } from './peerTest.js';
import { type ReferenceWindows, referenceWindows } from './referenceWindows.js';
import { SCORE_TICKET, unlikeItself } from './severityOf.js';
import type { TenantEvidence } from './TenantEvidence.js';
import type { TenantFacts } from './TenantFacts.js';
import { type UsagePanel, windowStart } from './UsagePanel.js';

/** One window of a panel to judge. Windows after it are not looked at. */
export interface JudgeInput {
  readonly panel: UsagePanel;
  readonly index: number;
  readonly facts: (tenant: string) => TenantFacts;
  /** The fleet's level by window, up to the one judged, from `fleetLevels`. */
  readonly levels: Float64Array;
  /** Tenants that must not learn from a window: they were flagged there, or had an open incident. Undefined of none. */
  readonly masked: (index: number) => ReadonlySet<string> | undefined;
  /** Tenants that crept up for three days, by place in the panel. */
  readonly creeping: ReadonlySet<number>;
  /** Tenants whose evidence is wanted though nothing fires: those with an open incident. */
  readonly watched: ReadonlySet<string>;
}

/** What one window of a panel comes to. */
export interface WindowJudgement {
  /** Start of the window, epoch milliseconds. */
  readonly start: number;
  readonly total: number;
  /** Tenants with usage in it, reserved ones left out. */
  readonly active: number;
  /** The tenants some test speaks of, and the watched ones; largest share first. */
  readonly evidence: readonly TenantEvidence[];
  readonly fleet: FleetEvidence;
  /** More than a fifth of ten or more tenants are far above the others: there is no majority to compare with. */
  readonly noMajority: boolean;
}

/** A tenant is new for so many windows, and for a day when they are shorter than an hour. */
const NEW_WINDOWS = 24;
const NEW_MS = 24 * HOUR_MS;
const DOMINANT_SHARE = 0.2;
const DOMINANT_RATIO = 5;
const OVERRUN = 1.25;
/** Of a fleet, so many tenants with the largest excess have their own history scored: nobody else could pass a gate. */
const SCORED = 50;
const SCORED_WINDOWS_DAYS = 28;

/** Judges one window with all tests. Pure; equal input gives equal evidence. */
export function judgeWindow(input: JudgeInput): WindowJudgement {
  const { panel, index } = input;
  const amounts = panel.amounts[index] ?? new Float64Array(0);
  const start = windowStart(panel, index);
  const customers = placesOf(amounts, (place) => !(panel.tenants[place] ?? '_').startsWith('_'));
  const total = amounts.filter((amount) => amount > 0).reduce((sum, amount) => sum + amount, 0);
  const facts = customers.map((place) => input.facts(panel.tenants[place] ?? ''));
  const expectedShares = facts.map((fact) => agreedShare(fact, start));
  const own = customers.map((place) => amounts[place] ?? 0);
  const peers = new Map(
    peerTest(
      own.map((amount, at) => ({
        id: String(at),
        amount,
        weight: weightOf(expectedShares[at], facts[at]?.size, customers.length),
        tier: facts[at]?.tier,
      })),
    ).map((verdict) => [Number(verdict.id), verdict]),
  );
  const medians = new Medians(Math.max(1, own.length));
  const median = medians.median(own);
  const reference = referenceWindows(index, panel.windowMs, customers.length);
  const change = changeOf(input, reference, customers, own, 0.01 * median);
  const order = amounts
    .filter((amount) => amount > 0)
    .sort()
    .reverse();
  const first = firstSeen(panel, index, customers);
  const newWindows = Math.max(NEW_WINDOWS, NEW_MS / panel.windowMs);
  const draft = customers.map((place, at): Draft => {
    const fact = facts[at] ?? {};
    const amount = own[at] ?? 0;
    const share = total === 0 ? 0 : amount / total;
    const peer = peers.get(at);
    const isNew = index - (first[at] ?? index) < newWindows || (fact.onboardingUntil ?? 0) > start;
    const muted = (fact.onboardingUntil ?? 0) > start && share < 0.3;
    const agreed = expectedShares[at];
    const dominantFrom = Math.max(DOMINANT_SHARE, 3 / customers.length, OVERRUN * (agreed ?? 0));
    const dominant = customers.length >= 3 && share >= dominantFrom && amount >= DOMINANT_RATIO * median;
    const ownExpected = finite(Math.exp(change.expected[at] ?? Number.NaN) - 0.01 * median);
    const peerExpected = peer?.expected ?? null;
    const excess = amount - Math.max(0, ownExpected ?? 0, peerExpected ?? (ownExpected === null ? median : 0));
    const acknowledged = isKnown(fact, share, start);
    // One object, not a spread of another: a fleet of 100,000 makes as many.
    // biome-ignore format: a line says more than fourteen
    return { place, at, amount, share, peer, isNew, muted, dominant, ownExpected, peerExpected, excess, agreed, acknowledged };
  });
  const excesses = Float64Array.from(draft, ({ excess }) => excess).sort();
  const bar = excesses.at(-SCORED) ?? Number.NEGATIVE_INFINITY;
  const most = draft.filter(({ excess }) => excess >= bar).sort((a, b) => b.excess - a.excess);
  const scored = new Set(most.slice(0, SCORED).map(({ at }) => at));
  const evidence = draft
    .filter((one) => scored.has(one.at) || mayBeTold(one, input, change))
    .map((one) => evidenceOf(one, input, change, order, scored.has(one.at)))
    .filter((one) => speaks(one) || input.watched.has(one.tenant))
    .sort((a, b) => b.share - a.share || (a.tenant < b.tenant ? -1 : 1));
  const above = [...peers.values()].filter((verdict) => verdict.level !== 'none').length;
  return {
    start,
    total,
    active: customers.length,
    evidence,
    fleet: fleetEvidence(input.levels, panel.windowMs, change.common, reference, index),
    noMajority: customers.length >= 10 && above > 0.2 * customers.length,
  };
}

interface Draft {
  readonly place: number;
  readonly at: number;
  readonly amount: number;
  readonly share: number;
  readonly peer: PeerVerdict | undefined;
  readonly isNew: boolean;
  readonly muted: boolean;
  readonly dominant: boolean;
  readonly ownExpected: number | null;
  readonly peerExpected: number | null;
  readonly excess: number;
  readonly agreed: number | undefined;
  readonly acknowledged: boolean;
}

/** False for the many of whom no test speaks and nobody asks: their evidence is never put together. */
function mayBeTold(one: Draft, { panel, creeping, watched }: JudgeInput, change: ChangeVerdicts): boolean {
  const { at, place, peer, dominant, agreed, share } = one;
  return (
    (peer?.level ?? 'none') !== 'none' ||
    dominant ||
    (agreed !== undefined && share > OVERRUN * agreed) ||
    creeping.has(place) ||
    levelOf(change.p[at] ?? Number.NaN, change.ratio[at] ?? Number.NaN, change) !== 'none' ||
    watched.has(panel.tenants[place] ?? '')
  );
}

function evidenceOf(
  one: Draft,
  { panel, index, creeping }: JudgeInput,
  change: ChangeVerdicts,
  order: Float64Array,
  scored: boolean,
): TenantEvidence {
  const { at, place, amount, peer } = one;
  const p = change.p[at] ?? Number.NaN;
  const ratio = change.ratio[at] ?? Number.NaN;
  const { usdPerUnit, windowMs } = panel;
  return {
    tenant: panel.tenants[place] ?? '',
    amount,
    share: one.share,
    rank: 1 + firstBelowOrAt(order, amount),
    peerExpected: one.peerExpected,
    peerP: peer?.p ?? null,
    peerLevel: one.muted ? 'none' : (peer?.level ?? 'none'),
    tailCapped: peer?.tailCapped ?? false,
    peers: peer?.peers ?? 0,
    ownExpected: one.ownExpected,
    changeP: finite(p),
    changeLevel: levelOf(p, ratio, change),
    changeRatio: finite(ratio),
    ownScore: scored && !one.isNew ? ownScore(panel, index, place) : null,
    dominant: one.dominant,
    overrun: one.agreed !== undefined && one.share > OVERRUN * one.agreed,
    acknowledged: one.acknowledged,
    creeping: creeping.has(place),
    isNew: one.isNew,
    excess: one.excess,
    excessUsdPerHour: usdPerUnit === null ? null : (one.excess * usdPerUnit * HOUR_MS) / windowMs,
  };
}

/** Whether any test has something to say of a tenant in a window. */
export function speaks(one: TenantEvidence): boolean {
  return (
    one.peerLevel !== 'none' ||
    one.changeLevel !== 'none' ||
    one.dominant ||
    one.overrun ||
    one.creeping ||
    unlikeItself(one, SCORE_TICKET)
  );
}

function levelOf(p: number, ratio: number, { strongBar, weakBar }: ChangeVerdicts): 'strong' | 'weak' | 'none' {
  if (p <= strongBar && ratio >= CHANGE_STRONG.ratio) return 'strong';
  return p <= weakBar && ratio >= CHANGE_WEAK.ratio ? 'weak' : 'none';
}

function changeOf(
  { panel, masked }: JudgeInput,
  { places, slots, sameWeekday }: ReferenceWindows,
  customers: readonly number[],
  own: readonly number[],
  shift: number,
): ChangeVerdicts {
  const history = places.map((place) => {
    const window = panel.amounts[place];
    const left = masked(place);
    const row = new Float64Array(customers.length).fill(Number.NaN);
    for (let at = 0; at < row.length; at += 1) {
      const tenant = customers[at] ?? -1;
      const amount = window?.[tenant] ?? Number.NaN;
      if (amount > 0 && left?.has(panel.tenants[tenant] ?? '') !== true) row[at] = Math.log(amount + shift);
    }
    return row;
  });
  return changeTest({ now: Float64Array.from(own, (amount) => Math.log(amount + shift)), history, slots, sameWeekday });
}

function ownScore(panel: UsagePanel, index: number, tenant: number): number | null {
  const from = Math.max(0, index + 1 - Math.round((SCORED_WINDOWS_DAYS * 24 * HOUR_MS) / panel.windowMs));
  const series = Float64Array.from(
    { length: index + 1 - from },
    (_, at) => panel.amounts[from + at]?.[tenant] ?? Number.NaN,
  );
  return finite(ownHistoryScores(series, panel.windowMs).up.at(-1) ?? Number.NaN);
}

/** The share agreed with a tenant, by contract or by an acknowledgement that has not run out; the larger of the two. */
function agreedShare(facts: TenantFacts, at: number): number | undefined {
  const { expectedShare, acknowledged } = facts;
  if (acknowledged === undefined || acknowledged.until <= at) return expectedShare;
  return Math.max(expectedShare ?? 0, (acknowledged.share * acknowledged.tolerance) / OVERRUN);
}

/** No larger than an operator said it may be. */
function isKnown({ acknowledged }: TenantFacts, share: number, at: number): boolean {
  if (acknowledged === undefined || acknowledged.until <= at) return false;
  return share <= acknowledged.share * acknowledged.tolerance;
}

function weightOf(agreed: number | undefined, size: number | undefined, n: number): number {
  return agreed === undefined ? (size ?? 1) : agreed * n;
}

/** The first window with usage of each tenant, from the panel's start on. */
function firstSeen(panel: UsagePanel, index: number, tenants: readonly number[]): readonly number[] {
  return tenants.map((tenant) => {
    let first = 0;
    while (first < index && !((panel.amounts[first]?.[tenant] ?? 0) > 0)) first += 1;
    return first;
  });
}

function placesOf(amounts: Float64Array, wanted: (place: number) => boolean): readonly number[] {
  const places: number[] = [];
  amounts.forEach((amount, place) => {
    if (amount > 0 && wanted(place)) places.push(place);
  });
  return places;
}

/** How many of these descending amounts are greater. */
function firstBelowOrAt(descending: Float64Array, amount: number): number {
  let low = 0;
  let high = descending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((descending[middle] ?? 0) > amount) low = middle + 1;
    else high = middle;
  }
  return low;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
