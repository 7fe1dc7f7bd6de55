import { HOUR_MS, type Incident, type ListPrice } from '../../model/index.js';
import { judgePanel, type PanelWindow } from '../detection/judgePanel.js';
import { speaks } from '../detection/judgeWindow.js';
import type { Signal, TenantFacts } from '../detection/TenantFacts.js';
import { windowStart } from '../detection/UsagePanel.js';
import { advanceIncidents, type Observation } from '../policy/advanceIncidents.js';
import { observe } from '../policy/observe.js';
import { type HeldReason, planNotifications } from '../policy/planNotifications.js';
import type { Transition } from '../policy/Transition.js';
import { csvPanels, type MeterPanel } from './csvPanels.js';
import type { BacktestRow } from './parseBacktestCsv.js';
import { type LabelScore, scoreLabels } from './scoreLabels.js';

/** What a backtest is made of. */
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

const PAGES_PER_HOUR = 5;
const WEEK_MS = 7 * 24 * HOUR_MS;

/**
 * Replays a history window by window, as if live: every meter is judged with the windows before it only, and incidents are
 * opened, held back and closed by the same rules as the scheduled job's. Pure.
 */
export function backtest(input: BacktestInput): BacktestResult {
  const panels = csvPanels(input.usage, input.prices, input.usagePath);
  const facts = new Map(input.tenants.map((row) => [row.tenant_id as string, factsOf(row)]));
  const signals = new Map(input.signals.map((row) => [`${row.service}/${row.window_start}`, signalOf(row)]));
  const signal = (service: string, start: number): Signal | undefined => signals.get(`${service}/${start}`);
  let open: readonly Incident[] = [];
  const replays = panels.map((panel) => ({
    panel,
    windows: judgePanel({
      panel,
      from: 0,
      until: panel.amounts.length,
      facts: (tenant) => facts.get(tenant) ?? {},
      signal: (start) => signal(panel.service, start),
      incomplete: (start) => missing(panel, start),
      frozen: (tenant) => open.some(({ tenant_id, service }) => tenant_id === tenant && service === panel.service),
    }),
  }));
  const incidents: Incident[] = [];
  const windows: BacktestWindow[] = [];
  const paged: number[] = [];
  const counts = { PAGE: 0, TICKET: 0, INFO: 0 };
  const [any] = panels;
  const count = any?.amounts.length ?? 0;
  for (let index = 0; index < count && any !== undefined; index += 1) {
    const at = windowStart(any, index) + any.windowMs;
    const judged = replays.flatMap(({ panel, windows: replay }) => {
      const { value } = replay.next();
      return value === undefined ? [] : [{ panel, window: value as PanelWindow }];
    });
    const spoken = judged.filter(({ window }) => window.notJudged === undefined);
    const observations = spoken.flatMap(({ panel, window }) =>
      observe(window, {
        service: panel.service,
        windowMs: panel.windowMs,
        signal: signal(panel.service, window.start),
      }),
    );
    const step = advanceIncidents(open, {
      at,
      judged: new Set(spoken.map(({ panel }) => panel.service)),
      observations: worstByKey(observations),
    });
    const plan = planNotifications(step.transitions, {
      at,
      silences: [],
      maintenance: [],
      pipelineStale: false,
      open: step.open,
      pagesLastHour: paged.filter((sent) => at - sent < HOUR_MS).length,
      summaryLastHour: false,
      pagesPerHour: PAGES_PER_HOUR,
    });
    const told = new Set<string>();
    for (const { transition, held } of plan.notifications) {
      if (held !== undefined) continue;
      told.add(transition.incident.id);
      if (transition.kind === 'resolved') continue;
      if (transition.incident.severity === 'PAGE') paged.push(at);
      if (transition.kind === 'opened' || transition.kind === 'escalated') counts[transition.incident.severity] += 1;
    }
    open = step.open.map((incident) => (told.has(incident.id) ? notified(incident, at) : incident));
    incidents.push(...step.resolved);
    windows.push({
      start: windowStart(any, index),
      findings: spoken.flatMap(({ panel, window }) => findingsOf(panel, window)),
      transitions: plan.notifications.map(({ transition, held }) => ({
        kind: transition.kind,
        incident: transition.incident.key,
        severity: transition.incident.severity,
        sentence: transition.incident.sentence,
        held: held ?? null,
      })),
    });
    input.onProgress?.(index + 1, count);
  }
  const weeks = ((any?.windowMs ?? 0) * count) / WEEK_MS;
  const labels = input.labels === undefined ? undefined : scoreLabels(windows, input.labels, any?.windowMs ?? 0);
  return { windows, incidents: [...incidents, ...open], pages: counts.PAGE, tickets: counts.TICKET, weeks, labels };
}

function notified(incident: Incident, at: number): Incident {
  const count = (incident.notified?.count ?? 0) + 1;
  return { ...incident, notified: { at, severity: incident.severity, amount: incident.last.amount, count } };
}

/** Two meters of a service are one incident: what is said of it is what the worse one says. */
function worstByKey(observations: readonly Observation[]): readonly Observation[] {
  const order = { PAGE: 2, TICKET: 1, INFO: 0 } as const;
  const worst = new Map<string, Observation>();
  for (const one of observations) {
    const key = `${one.tenant_id}/${one.service}/${one.direction}`;
    const before = worst.get(key);
    const worse =
      before === undefined ||
      order[one.severity] > order[before.severity] ||
      (order[one.severity] === order[before.severity] && (before.calm || one.extent.share > before.extent.share));
    if (worse && !(before !== undefined && one.calm && !before.calm)) worst.set(key, one);
  }
  return [...worst.values()];
}

/** Nothing at all came for this meter: silence of the pipeline, not of the tenants. */
function missing(panel: MeterPanel, start: number): string | undefined {
  const window = panel.amounts[(start - panel.start) / panel.windowMs];
  return window?.some((amount) => !Number.isNaN(amount)) === true ? undefined : 'no data';
}

function findingsOf(panel: MeterPanel, window: PanelWindow): BacktestWindow['findings'] {
  if (window.systemic !== undefined || window.noMajority) return [];
  return window.tenants
    .filter(({ evidence }) => speaks(evidence))
    .map(({ evidence, severity }) => ({
      tenant_id: evidence.tenant,
      service: panel.service,
      meter: panel.meter,
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

function signalOf(row: BacktestRow<'signals'>): Signal {
  return {
    capacityUse: row.capacity_use ?? null,
    throttledRequests: row.throttled_requests ?? null,
    neighbourBurn: null,
  };
}
