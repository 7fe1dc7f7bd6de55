import { byUrgency } from '../../model/index.js';
import type { PanelWindow } from '../detection/judgePanel.js';
import type { Signal } from '../detection/TenantFacts.js';
import type { UsagePanel } from '../detection/UsagePanel.js';
import { incidentKey, type Observation, type PolicyWindow } from './advanceIncidents.js';
import { observe } from './observe.js';

/** One panel's window as it was judged, with what the infrastructure said in it. */
export interface JudgedPanel {
  readonly panel: UsagePanel;
  readonly window: PanelWindow;
  readonly signal: Signal | undefined;
}

/**
 * What the panels of one instant say together: of two meters of a service the worse is what is said of it. Of a window that
 * was not judged nothing is.
 *
 * @param at end of the window, epoch milliseconds
 */
export function policyWindow(at: number, panels: readonly JudgedPanel[]): PolicyWindow {
  const spoken = panels.filter(({ window }) => window.notJudged === undefined);
  const observations = spoken.flatMap(({ panel, window, signal }) =>
    observe(window, { service: panel.service, windowMs: panel.windowMs, signal }),
  );
  const unnamed = spoken.filter(({ window }) => window.systemic !== undefined || window.noMajority);
  return {
    at,
    judged: new Set(spoken.map(({ panel }) => panel.service)),
    unnamed: new Set(unnamed.map(({ panel }) => panel.service)),
    observations: worstByKey(observations),
  };
}

function worstByKey(observations: readonly Observation[]): readonly Observation[] {
  const worst = new Map<string, Observation>();
  for (const one of observations) {
    const key = incidentKey(one);
    const before = worst.get(key);
    const worse =
      before === undefined ||
      byUrgency(one.severity, before.severity) < 0 ||
      (one.severity === before.severity && (before.calm || one.extent.share > before.extent.share));
    if (worse && !(before !== undefined && one.calm && !before.calm)) worst.set(key, one);
  }
  return [...worst.values()];
}
