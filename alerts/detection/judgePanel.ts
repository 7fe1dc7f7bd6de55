import { DAY_MS, type Severity, utcDayOf } from '../../model/index.js';
import { creepingTenants } from './creepingTenants.js';
import { fleetLevels } from './fleetEvidence.js';
import { judgeWindow, speaks, type WindowJudgement } from './judgeWindow.js';
import { type JudgedWindow, SCORE_TICKET, severityOf, unlikeItself } from './severityOf.js';
import type { TenantEvidence } from './TenantEvidence.js';
import type { Signal, TenantFacts } from './TenantFacts.js';
import { Unlearnt } from './Unlearnt.js';
import { type UsagePanel, windowStart } from './UsagePanel.js';

/** How windows of a panel are judged in a row. */
export interface PanelOptions {
  readonly panel: UsagePanel;
  /** Places of the first window judged and of the first one not judged any more. */
  readonly from: number;
  readonly until: number;
  readonly facts: (tenant: string) => TenantFacts;
  readonly signal: (start: number) => Signal | undefined;
  /** Why a window cannot be judged; undefined when it can. */
  readonly incomplete: (start: number) => string | undefined;
  /** True while an incident of this tenant is open: nothing is learnt from its usage then. */
  readonly frozen?: (tenant: string) => boolean;
  /** Tenants whose evidence is wanted though nothing fires: those with an open incident, so that it can be told when it ends. */
  readonly watched?: (tenant: string) => boolean;
  /** What is not learnt from: read, and added to. Nothing at first when left out. */
  readonly unlearnt?: Unlearnt;
  /**
   * Windows that start before (epoch ms) were judged in an earlier run, and are judged once more only for what the decision
   * table remembers of them: nothing is added to `unlearnt`.
   */
  readonly decidedBefore?: number;
}

/** Windows that must be judged again before a new one, so that its verdict is the one of a run that never ended. */
export const REMEMBERED_WINDOWS = 3;

/** What is said of one tenant in one window. */
export interface TenantVerdict {
  readonly evidence: TenantEvidence;
  readonly severity: Severity;
}

/** What all tenants did together, when it is beyond what they do. */
export interface FleetVerdict {
  readonly direction: 'up' | 'down';
  readonly ratio: number;
  readonly score: number | null;
}

/** What one window of a panel comes to, after the windows before it. */
export interface PanelWindow {
  readonly start: number;
  /** Set when the window was not judged: the reason. Nothing else is said then. */
  readonly notJudged?: string;
  readonly total: number;
  readonly active: number;
  readonly tenants: readonly TenantVerdict[];
  readonly fleet: FleetVerdict | undefined;
  readonly noMajority: boolean;
  /** How many tenants changed at once, when they are more than a fifth of ten or more: then none is named. */
  readonly systemic: number | undefined;
}

const FLEET_SCORE = 3.5;
/** The step of the common effect that counts at once, and by how many of its own deviations it must exceed them. */
const FLEET_RATIO = 2;
const FLEET_DEVIATIONS = 5;
/** The least step beside a high score. */
const FLEET_MOVED = 1.5;
const FLEET_DAYS = 21;
const SYSTEMIC = 0.2;
const SYSTEMIC_LEAST = 10;

/**
 * Judges windows of a panel in their order, each as it would have been judged live: with the windows before it, and what was
 * said of them. A generator, so that a caller can open incidents between windows.
 */
export function* judgePanel(options: PanelOptions): Generator<PanelWindow> {
  const { panel, signal } = options;
  const unlearnt = options.unlearnt ?? new Unlearnt();
  const recent = new Map<string, JudgedWindow[]>();
  const fleets: boolean[] = [];
  let creeping: { readonly day: string; readonly places: ReadonlySet<number> } | undefined;
  for (let index = options.from; index < options.until; index += 1) {
    const start = windowStart(panel, index);
    const reason = options.incomplete(start);
    if (reason !== undefined) {
      yield {
        start,
        notJudged: reason,
        total: 0,
        active: 0,
        tenants: [],
        fleet: undefined,
        noMajority: false,
        systemic: undefined,
      };
      continue;
    }
    const day = utcDayOf(start);
    if (creeping?.day !== day) creeping = { day, places: creepingTenants(panel, index) };
    const watched = new Set(recent.keys());
    if (options.watched !== undefined)
      for (const tenant of panel.tenants) if (options.watched(tenant)) watched.add(tenant);
    const judgement = judgeWindow({
      panel,
      index,
      facts: options.facts,
      levels: levelsUpTo(panel, index),
      masked: (at) => unlearnt.at(windowStart(panel, at)),
      creeping: creeping.places,
      watched,
    });
    const now = signal(start);
    remember(recent, judgement, now);
    const verdicts = judgement.evidence.flatMap((evidence): TenantVerdict[] => {
      const severity = severityOf(recent.get(evidence.tenant) ?? [{ evidence, signal: now }]);
      return severity === undefined ? [] : [{ evidence, severity }];
    });
    const standing = verdicts.filter(({ severity }) => severity !== 'INFO');
    const crowd = SYSTEMIC * judgement.active;
    const changed = standing.filter(({ evidence }) => hasChanged(evidence)).length;
    const systemic = judgement.active >= SYSTEMIC_LEAST && changed > crowd ? changed : undefined;
    // So many that are large and did not change are no event: they are another tier.
    const noMajority = judgement.noMajority || (judgement.active >= SYSTEMIC_LEAST && standing.length > crowd);
    for (const { evidence } of start < (options.decidedBefore ?? start) ? [] : verdicts) {
      if (evidence.acknowledged) continue;
      if (evidence.changeLevel !== 'strong' && options.frozen?.(evidence.tenant) !== true) continue;
      unlearnt.add(start, evidence.tenant);
    }
    const fleet = fleetVerdict(judgement, now);
    fleets.push(fleet !== undefined);
    const lasting = fleets.slice(-3).filter(Boolean).length >= 2;
    yield {
      start,
      total: judgement.total,
      active: judgement.active,
      tenants: verdicts,
      fleet: lasting ? fleet : undefined,
      noMajority,
      systemic,
    };
  }
}

function hasChanged(evidence: TenantEvidence): boolean {
  return evidence.changeLevel !== 'none' || unlikeItself(evidence, SCORE_TICKET);
}

/** Keeps the last three windows of every tenant something was said of; one of whom nothing was said in three is forgotten. */
function remember(recent: Map<string, JudgedWindow[]>, judgement: WindowJudgement, signal: Signal | undefined): void {
  const now = new Map(judgement.evidence.map((evidence) => [evidence.tenant, evidence]));
  for (const tenant of new Set([...recent.keys(), ...now.keys()])) {
    const windows = [...(recent.get(tenant) ?? []), { evidence: now.get(tenant), signal }].slice(-3);
    if (windows.some(({ evidence }) => evidence !== undefined && speaks(evidence))) recent.set(tenant, windows);
    else recent.delete(tenant);
  }
}

function levelsUpTo(panel: UsagePanel, index: number): Float64Array {
  const most = Math.round((FLEET_DAYS * DAY_MS) / panel.windowMs);
  return fleetLevels({ ...panel, amounts: panel.amounts.slice(Math.max(0, index + 1 - most), index + 1) });
}

function fleetVerdict({ fleet }: WindowJudgement, signal: Signal | undefined): FleetVerdict | undefined {
  const step = Math.abs(Math.log(fleet.ratio)) >= Math.log(FLEET_RATIO);
  const sudden = step && Math.abs(fleet.z) >= FLEET_DEVIATIONS;
  const throttled = fleet.ratio >= FLEET_RATIO && (signal?.throttledRequests ?? 0) > 0;
  // S is smoothed: it is still high when what raised it is over.
  const scored = (fleet.score ?? 0) >= FLEET_SCORE && Math.abs(Math.log(fleet.ratio)) >= Math.log(FLEET_MOVED);
  if (!sudden && !throttled && !scored) return undefined;
  return { direction: fleet.ratio >= 1 ? 'up' : 'down', ratio: fleet.ratio, score: fleet.score };
}
