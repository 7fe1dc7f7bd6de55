import { HOUR_MS, type Incident, type ListPrice } from '../../model/index.js';
import { type BudgetVerdict, budgetWindow } from '../budgets/judgeBudgets.js';
import type { PanelWindow } from '../detection/judgePanel.js';
import { speaks } from '../detection/judgeWindow.js';
import type { Signal, TenantFacts } from '../detection/TenantFacts.js';
import type { UsagePanel } from '../detection/UsagePanel.js';
import { judgePanels, missing } from '../policy/judgePanels.js';
import { NO_MEMORY, PolicyRun } from '../policy/PolicyRun.js';
import { type HeldReason, PAGES_PER_HOUR } from '../policy/planNotifications.js';
import { policyWindow } from '../policy/policyWindow.js';
import type { Transition } from '../policy/Transition.js';
import { fileSignals } from '../signals/fileSignals.js';
import { csvPanels, type MeterPanel } from './csvPanels.js';
import type { BacktestRow } from './parseBacktestCsv.js';
import { type LabelScore, scoreLabels } from './scoreLabels.js';

/** A history that is replayed. */
export interface ReplayInput {
  /** Panels of windows of one length on one grid; each may begin when it likes. */
  readonly panels: readonly MeterPanel[];
  /** Start of the first window replayed and end of the last, epoch milliseconds; what comes before is history. */
  readonly from: number;
  readonly until: number;
  readonly facts: (tenant: string, service: string) => TenantFacts;
  readonly signal: (service: string, start: number) => Signal | undefined;
  /** Why a window cannot be judged; undefined when it can. A window without any data never can. */
  readonly incomplete?: (start: number) => string | undefined;
  /** What is said of budgets at the end of a window; nothing when left out. */
  readonly budgets?: (at: number) => readonly BudgetVerdict[];
  /** Undefined without labels: then nothing is scored. */
  readonly labels: readonly BacktestRow<'labels'>[] | undefined;
  readonly pagesPerHour?: number;
  readonly onProgress?: (done: number, of: number) => void;
}

/** What a backtest of files is made of. */
export interface BacktestInput {
  readonly usage: readonly BacktestRow<'usage'>[];
  /** The file's name, for messages. */
  readonly usagePath: string;
  readonly tenants: readonly BacktestRow<'tenants'>[];
  readonly signals: readonly BacktestRow<'signals'>[];
  /** Undefined without labels: then nothing is scored. */
  readonly labels: readonly BacktestRow<'labels'>[] | undefined;
  readonly prices: readonly ListPrice[];
  readonly onProgress?: (done: number, of: number) => void;
}

/** One window of a backtest, as it would have been live. Instants are epoch milliseconds. */
export interface BacktestWindow {
  readonly start: number;
  readonly findings: readonly {
    readonly tenant_id: string;
    readonly service: string;
    readonly meter: string;
    readonly severity: string;
    readonly share: number;
    readonly ratio: number | null;
  }[];
  readonly transitions: readonly {
    readonly kind: Transition['kind'];
    readonly incident: string;
    readonly severity: string;
    readonly sentence: string;
    /** Why it would not have been sent; null when it would. */
    readonly held: HeldReason | null;
  }[];
}

/** What a backtest comes to. */
export interface BacktestResult {
  readonly windows: readonly BacktestWindow[];
  readonly incidents: readonly Incident[];
  /** Sent when an incident opened or got worse; repetitions are not counted. */
  readonly pages: number;
  readonly tickets: number;
  /** Length of what was replayed, in weeks. */
  readonly weeks: number;
  readonly labels: LabelScore | undefined;
}

const WEEK_MS = 7 * 24 * HOUR_MS;

/** Replays files, every meter a panel of its own. Throws INPUT_INVALID for windows that are not regular. */
export function backtest(input: BacktestInput): BacktestResult {
  const panels = csvPanels(input.usage, input.prices, input.usagePath);
  const facts = new Map(input.tenants.map((row) => [row.tenant_id as string, factsOf(row)]));
  const [any] = panels;
  const from = any?.start ?? 0;
  return replay({
    panels,
    from,
    until: from + (any?.amounts.length ?? 0) * (any?.windowMs ?? 0),
    facts: (tenant) => facts.get(tenant) ?? {},
    signal: fileSignals(input.signals, any?.windowMs ?? HOUR_MS),
    labels: input.labels,
    ...(input.onProgress === undefined ? {} : { onProgress: input.onProgress }),
  });
}

/**
 * Replays a history window by window, as if live: every panel is judged with the windows before it only, and incidents are
 * opened, held back and closed by the same rules as the scheduled job's. Pure.
 */
export function replay(input: ReplayInput): BacktestResult {
  const { panels, from, until } = input;
  const windowMs = panels[0]?.windowMs ?? HOUR_MS;
  let memory = NO_MEMORY;
  const windows: BacktestWindow[] = [];
  const meters = new Map<UsagePanel, string>(panels.map((panel) => [panel, panel.meter]));
  const counts = { PAGE: 0, TICKET: 0, INFO: 0 };
  const count = panels.length === 0 ? 0 : Math.round((until - from) / windowMs);
  const replaying = judgePanels({
    ...input,
    windowMs,
    incomplete: (panel, start) => missing(panel, start) ?? input.incomplete?.(start),
    open: () => memory.open,
  });
  for (const { start, panels: judged } of panels.length === 0 ? [] : replaying) {
    const at = start + windowMs;
    const run = new PolicyRun(memory);
    run.take(policyWindow(at, judged));
    run.take(budgetWindow(at, input.budgets?.(at) ?? [], run.open));
    const step = run.decide({ at, silences: [], maintenance: [], pagesPerHour: input.pagesPerHour ?? PAGES_PER_HOUR });
    memory = step.memory;
    for (const { transition, held } of step.plan.notifications) {
      const news = transition.kind === 'opened' || transition.kind === 'escalated';
      if (held === undefined && news) counts[transition.incident.severity] += 1;
    }
    windows.push({
      start,
      findings: judged.flatMap(({ panel, window }) => findingsOf(panel, meters.get(panel) ?? '', window)),
      transitions: step.plan.notifications.map(({ transition, held }) => ({
        kind: transition.kind,
        incident: transition.incident.key,
        severity: transition.incident.severity,
        sentence: transition.incident.sentence,
        held: held ?? null,
      })),
    });
    input.onProgress?.(windows.length, count);
  }
  return {
    windows,
    incidents: [...memory.resolved, ...memory.open],
    pages: counts.PAGE,
    tickets: counts.TICKET,
    weeks: (windowMs * count) / WEEK_MS,
    labels: input.labels === undefined ? undefined : scoreLabels(windows, input.labels, windowMs),
  };
}

function findingsOf(panel: UsagePanel, meter: string, window: PanelWindow): BacktestWindow['findings'] {
  if (window.notJudged !== undefined || window.systemic !== undefined || window.noMajority) return [];
  return window.tenants
    .filter(({ evidence }) => speaks(evidence))
    .map(({ evidence, severity }) => ({
      tenant_id: evidence.tenant,
      service: panel.service,
      meter,
      severity,
      share: evidence.share,
      ratio: evidence.changeRatio ?? (evidence.peerExpected ? evidence.amount / evidence.peerExpected : null),
    }));
}

function factsOf(row: BacktestRow<'tenants'>): TenantFacts {
  return {
    ...(row.plan === undefined ? {} : { tier: row.plan }),
    ...(row.size === undefined ? {} : { size: row.size }),
    ...(row.expected_share === undefined ? {} : { expectedShare: row.expected_share }),
  };
}
