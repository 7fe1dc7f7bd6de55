import { type ChangeVerdicts, changeTest } from './changeTest.js';
import { Medians } from './medians.js';
import { type PeerVerdicts, peerTest } from './peerTest.js';
import { type ReferenceWindows, referenceWindows } from './referenceWindows.js';
import type { TenantFacts } from './TenantFacts.js';
import { type UsagePanel, windowStart } from './UsagePanel.js';

/** One window of a panel to judge. Windows after it are not looked at. */
export interface WindowInput {
  readonly panel: UsagePanel;
  readonly index: number;
  readonly facts: (tenant: string) => TenantFacts;
  /** Tenants that must not learn from a window: they were flagged there, or had an open incident. Undefined of none. */
  readonly masked: (index: number) => ReadonlySet<string> | undefined;
}

/**
 * What a window comes to for its active customers, side by side: the figures of `at` are those of the tenant at place
 * `places[at]` of the panel. Arrays and no object per tenant: a fleet of 100,000 would make as many.
 */
export interface WindowFigures {
  readonly places: Int32Array;
  /** Usage of each. */
  readonly own: Float64Array;
  readonly facts: readonly TenantFacts[];
  /** The share agreed with each, by contract or acknowledgement; NaN of none. */
  readonly agreed: Float64Array;
  /** Usage of all, reserved tenants included. */
  readonly total: number;
  readonly median: number;
  readonly peers: PeerVerdicts;
  readonly reference: ReferenceWindows;
  readonly change: ChangeVerdicts;
  /** Usage beyond what either expectation explains. */
  readonly excess: Float64Array;
}

const DOMINANT_SHARE = 0.2;
const DOMINANT_RATIO = 5;
const OVERRUN = 1.25;
/** What is added before logarithms are taken, as a part of the median: hardly anything is not nothing. */
const SHIFT = 0.01;

/** Works out P, C and what of its usage nothing explains for every customer active in a window. */
export function windowFigures(input: WindowInput): WindowFigures {
  const { panel, index } = input;
  const start = windowStart(panel, index);
  const amounts = panel.amounts[index] ?? new Float64Array(0);
  const places = activeCustomers(amounts, panel.tenants);
  const n = places.length;
  const own = new Float64Array(n);
  const agreed = new Float64Array(n);
  const weights = new Float64Array(n);
  const facts: TenantFacts[] = [];
  const tiers: (string | undefined)[] = [];
  for (let at = 0; at < n; at += 1) {
    const place = places[at] ?? -1;
    const fact = input.facts(panel.tenants[place] ?? '');
    const share = agreedShare(fact, start);
    own[at] = amounts[place] ?? 0;
    agreed[at] = share ?? Number.NaN;
    weights[at] = share === undefined ? (fact.size ?? 1) : share * n;
    facts.push(fact);
    tiers.push(fact.tier);
  }
  let total = 0;
  for (const amount of amounts) if (amount > 0) total += amount;
  const median = new Medians(n).median(own);
  const peers = peerTest({ amounts: own, weights, tiers });
  const reference = referenceWindows(index, panel.windowMs, n);
  const change = changeOf(input, reference, places, own, SHIFT * median);
  const figures = { places, own, facts, agreed, total, median, peers, reference, change, excess: new Float64Array(n) };
  for (let at = 0; at < n; at += 1) figures.excess[at] = excessOf(figures, at);
  return figures;
}

/** A tenant's part of all usage of the window. */
export function shareOf({ own, total }: WindowFigures, at: number): number {
  return total === 0 ? 0 : (own[at] ?? 0) / total;
}

/** What its own level and the fleet's movement lead one to expect of a tenant; null with too little history. */
export function ownExpected({ change, median }: WindowFigures, at: number): number | null {
  const expected = Math.exp(change.expected[at] ?? Number.NaN) - SHIFT * median;
  return Number.isFinite(expected) ? expected : null;
}

/** D: so much of the whole that it matters, and far more than most, and more than was agreed. */
export function isDominant(figures: WindowFigures, at: number): boolean {
  const { own, agreed, median } = figures;
  const known = Number.isNaN(agreed[at]) ? 0 : (agreed[at] ?? 0);
  const from = Math.max(DOMINANT_SHARE, 3 / own.length, OVERRUN * known);
  return own.length >= 3 && shareOf(figures, at) >= from && (own[at] ?? 0) >= DOMINANT_RATIO * median;
}

/** Above what was agreed with it; never without an agreement. */
export function isOverrun(figures: WindowFigures, at: number): boolean {
  return shareOf(figures, at) > OVERRUN * (figures.agreed[at] ?? Number.NaN);
}

function excessOf(figures: WindowFigures, at: number): number {
  const own = ownExpected(figures, at);
  const peers = figures.peers.expected[at] ?? Number.NaN;
  const least = own === null ? figures.median : 0;
  return (figures.own[at] ?? 0) - Math.max(0, own ?? 0, Number.isNaN(peers) ? least : peers);
}

function activeCustomers(amounts: Float64Array, tenants: readonly string[]): Int32Array {
  const places = new Int32Array(amounts.length);
  let count = 0;
  for (let place = 0; place < amounts.length; place += 1)
    if ((amounts[place] ?? 0) > 0 && !(tenants[place] ?? '_').startsWith('_')) places[count++] = place;
  return places.slice(0, count);
}

function changeOf(
  { panel, masked }: WindowInput,
  { places: windows, slots, sameWeekday }: ReferenceWindows,
  places: Int32Array,
  own: Float64Array,
  shift: number,
): ChangeVerdicts {
  const history = windows.map((index) => {
    const logs = logsOf(panel.amounts[index] ?? new Float64Array(0), places, shift);
    const left = masked(index);
    if (left !== undefined)
      for (let at = 0; at < logs.length; at += 1)
        if (left.has(panel.tenants[places[at] ?? -1] ?? '')) logs[at] = Number.NaN;
    return logs;
  });
  const now = own.map((amount) => Math.log(amount + shift));
  return changeTest({ now, history, slots, sameWeekday });
}

/** ln of what tenants used in a window; NaN of those idle or without data. */
function logsOf(amounts: Float64Array, places: Int32Array, shift: number): Float64Array {
  const logs = new Float64Array(places.length);
  for (let at = 0; at < logs.length; at += 1) {
    const amount = amounts[places[at] ?? -1] ?? Number.NaN;
    logs[at] = amount > 0 ? Math.log(amount + shift) : Number.NaN;
  }
  return logs;
}

/** The share agreed with a tenant, by contract or by an acknowledgement that has not run out; the larger of the two. */
function agreedShare(facts: TenantFacts, at: number): number | undefined {
  const { expectedShare, acknowledged } = facts;
  if (acknowledged === undefined || acknowledged.until <= at) return expectedShare;
  return Math.max(expectedShare ?? 0, (acknowledged.share * acknowledged.tolerance) / OVERRUN);
}
