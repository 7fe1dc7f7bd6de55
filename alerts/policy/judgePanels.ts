import type { Incident } from '../../model/index.js';
import { judgePanel, type PanelWindow, REMEMBERED_WINDOWS } from '../detection/judgePanel.js';
import type { Signal, TenantFacts } from '../detection/TenantFacts.js';
import type { Unlearnt } from '../detection/Unlearnt.js';
import { type UsagePanel, windowStart } from '../detection/UsagePanel.js';
import type { JudgedPanel } from './policyWindow.js';

/** How windows of several panels are judged side by side. */
export interface PanelsOptions {
  /** Of windows of one length on one grid; each may begin when it likes. */
  readonly panels: readonly UsagePanel[];
  readonly windowMs: number;
  /** Start of the first window and end of the last, epoch milliseconds; what comes before is history. */
  readonly from: number;
  readonly until: number;
  readonly facts: (tenant: string, service: string) => TenantFacts;
  readonly signal: (service: string, start: number) => Signal | undefined;
  /** Why a panel's window cannot be judged; undefined when it can. */
  readonly incomplete: (panel: UsagePanel, start: number) => string | undefined;
  /** The incidents open now: asked again in every window. */
  readonly open: () => readonly Incident[];
  /** What is not learnt from of a service: read, and added to. */
  readonly unlearnt?: (service: string) => Unlearnt;
}

/** Judges the windows of several panels in their order; a caller opens incidents between two of them. */
export function* judgePanels(
  options: PanelsOptions,
): Generator<{ readonly start: number; readonly panels: readonly JudgedPanel[] }> {
  const { from, until, windowMs } = options;
  const replays = options.panels.map((panel) => replayOf(panel, options));
  for (let start = from; start < until; start += windowMs) {
    const panels = replays.flatMap(({ panel, next }): JudgedPanel[] => {
      const window = next(start);
      return window === undefined ? [] : [{ panel, window, signal: options.signal(panel.service, start) }];
    });
    yield { start, panels };
  }
}

/** Nothing at all came for this panel in a window: silence of the pipeline, not of the tenants. */
export function missing(panel: UsagePanel, start: number): string | undefined {
  const window = panel.amounts[Math.round((start - panel.start) / panel.windowMs)];
  return window?.some((amount) => !Number.isNaN(amount)) === true ? undefined : 'no data';
}

function replayOf(panel: UsagePanel, options: PanelsOptions) {
  const { service, windowMs } = panel;
  let seen: readonly Incident[] = [];
  let tenants = new Set<string>();
  const isOpen = (tenant: string): boolean => {
    const open = options.open();
    if (open !== seen) {
      seen = open;
      // What costs too much is as usual as before: a budget says nothing of what to learn from.
      const own = open.filter((incident) => incident.service === service && incident.kind !== 'budget');
      tenants = new Set(own.map(({ tenant_id }) => tenant_id));
    }
    return tenants.has(tenant);
  };
  const first = Math.max(0, Math.round((options.from - panel.start) / windowMs));
  const unlearnt = options.unlearnt?.(service);
  const windows = judgePanel({
    panel,
    from: rememberedFrom(panel, first, (start) => options.incomplete(panel, start) === undefined),
    until: Math.min(panel.amounts.length, Math.round((options.until - panel.start) / windowMs)),
    facts: (tenant) => options.facts(tenant, service),
    signal: (start) => options.signal(service, start),
    incomplete: (start) => options.incomplete(panel, start),
    frozen: isOpen,
    watched: isOpen,
    decidedBefore: options.from,
    ...(unlearnt === undefined ? {} : { unlearnt }),
  });
  const next = (start: number): PanelWindow | undefined => {
    for (;;) {
      if (panel.start > start) return undefined;
      const { value } = windows.next();
      if (value === undefined) return undefined;
      if ((value as PanelWindow).start === start) return value as PanelWindow;
    }
  };
  return { panel, next };
}

/** Far enough before a window for as many judged ones as the decision table remembers. */
function rememberedFrom(panel: UsagePanel, first: number, judged: (start: number) => boolean): number {
  let from = first;
  for (let found = 0; from > 0 && found < REMEMBERED_WINDOWS; from -= 1)
    if (judged(windowStart(panel, from - 1))) found += 1;
  return from;
}
