import { HOUR_MS } from '../../model/index.js';
import { changeLevel } from './changeTest.js';
import { type FleetEvidence, fleetEvidence } from './fleetEvidence.js';
import { Medians } from './medians.js';
import { ownHistoryScores } from './ownHistoryScore.js';
import { SCORE_TICKET, unlikeItself } from './severityOf.js';
import type { TenantEvidence } from './TenantEvidence.js';
import type { TenantFacts } from './TenantFacts.js';
import { type UsagePanel, windowStart } from './UsagePanel.js';
import {
  isDominant,
  isOverrun,
  ownExpected,
  shareOf,
  type WindowFigures,
  type WindowInput,
  windowFigures,
} from './windowFigures.js';

/** What judging a window needs besides its figures. */
export interface JudgeInput extends WindowInput {
  /** The fleet's level by window, up to the one judged, from `fleetLevels`. */
  readonly levels: Float64Array;
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
/** Of a fleet, so many tenants with the largest excess have their own history scored: nobody else could pass a gate. */
const SCORED = 50;
const SCORED_WINDOWS_DAYS = 28;

/** Judges one window with all tests. Pure; equal input gives equal evidence. */
export function judgeWindow(input: JudgeInput): WindowJudgement {
  const { panel, index } = input;
  const figures = windowFigures(input);
  const { places, own, total, change, peers, excess, reference } = figures;
  const bar = new Medians(excess.length).greatest(excess, SCORED);
  const most = [...places.keys()].filter((at) => (excess[at] ?? 0) >= bar);
  most.sort((a, b) => (excess[b] ?? 0) - (excess[a] ?? 0));
  const scored = new Set(most.slice(0, SCORED));
  const order = (panel.amounts[index] ?? own).filter((amount) => amount > 0).sort();
  const evidence = toldOf(input, figures, scored)
    .map((at) => evidenceOf(at, input, figures, order, scored.has(at)))
    .filter((one) => speaks(one) || input.watched.has(one.tenant))
    .sort((a, b) => b.share - a.share || (a.tenant < b.tenant ? -1 : 1));
  return {
    start: windowStart(panel, index),
    total,
    active: places.length,
    evidence,
    fleet: fleetEvidence(input.levels, panel.windowMs, change.common, reference, index),
    noMajority: places.length >= 10 && peers.flagged.size > 0.2 * places.length,
  };
}

/** Places of those some test may speak of, or somebody asks for: of the many others evidence is never put together. */
function toldOf(
  { panel, creeping, watched }: JudgeInput,
  figures: WindowFigures,
  scored: ReadonlySet<number>,
): number[] {
  const { places, peers, change } = figures;
  const told: number[] = [];
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] ?? -1;
    const is =
      scored.has(at) ||
      peers.flagged.has(at) ||
      isDominant(figures, at) ||
      isOverrun(figures, at) ||
      creeping.has(place) ||
      changeLevel(change, at) !== 'none' ||
      watched.has(panel.tenants[place] ?? '');
    if (is) told.push(at);
  }
  return told;
}

function evidenceOf(
  at: number,
  { panel, index, creeping }: JudgeInput,
  figures: WindowFigures,
  order: Float64Array,
  scored: boolean,
): TenantEvidence {
  const { places, own, facts, peers, change } = figures;
  const { usdPerUnit, windowMs } = panel;
  const place = places[at] ?? -1;
  const amount = own[at] ?? 0;
  const share = shareOf(figures, at);
  const onboarding = (facts[at]?.onboardingUntil ?? 0) > windowStart(panel, index);
  const newWindows = Math.max(NEW_WINDOWS, NEW_MS / windowMs);
  const isNew = index - firstSeen(panel, index, place) < newWindows || onboarding;
  const peer = peers.flagged.get(at);
  const excess = figures.excess[at] ?? 0;
  return {
    tenant: panel.tenants[place] ?? '',
    amount,
    share,
    rank: 1 + countAbove(order, amount),
    peerExpected: finite(peers.expected[at] ?? Number.NaN),
    peerP: finite(peers.p.at(at)),
    peerLevel: onboarding && share < 0.3 ? 'none' : (peer?.level ?? 'none'),
    tailCapped: peer?.tailCapped ?? false,
    peers: peers.peers[at] ?? 0,
    ownExpected: ownExpected(figures, at),
    changeP: finite(change.p.at(at)),
    changeLevel: changeLevel(change, at),
    changeRatio: finite(change.ratio[at] ?? Number.NaN),
    ownScore: scored && !isNew ? ownScore(panel, index, place) : null,
    dominant: isDominant(figures, at),
    overrun: isOverrun(figures, at),
    acknowledged: isKnown(facts[at], share, windowStart(panel, index)),
    creeping: creeping.has(place),
    isNew,
    excess,
    excessUsdPerHour: usdPerUnit === null ? null : (excess * usdPerUnit * HOUR_MS) / windowMs,
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

function ownScore(panel: UsagePanel, index: number, tenant: number): number | null {
  const from = Math.max(0, index + 1 - Math.round((SCORED_WINDOWS_DAYS * 24 * HOUR_MS) / panel.windowMs));
  const series = Float64Array.from(
    { length: index + 1 - from },
    (_, at) => panel.amounts[from + at]?.[tenant] ?? Number.NaN,
  );
  return finite(ownHistoryScores(series, panel.windowMs).up.at(-1) ?? Number.NaN);
}

/** No larger than an operator said it may be. */
function isKnown(facts: TenantFacts | undefined, share: number, at: number): boolean {
  const acknowledged = facts?.acknowledged;
  if (acknowledged === undefined || acknowledged.until <= at) return false;
  return share <= acknowledged.share * acknowledged.tolerance;
}

/** The first window with usage of a tenant, from the panel's start on. */
function firstSeen(panel: UsagePanel, index: number, place: number): number {
  let first = 0;
  while (first < index && !((panel.amounts[first]?.[place] ?? 0) > 0)) first += 1;
  return first;
}

/** How many of these ascending amounts are greater. */
function countAbove(ascending: Float64Array, amount: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= amount) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
