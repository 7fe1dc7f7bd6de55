import { describe, expect, it } from 'vitest';
import { judgePanels } from '../../alerts/policy/judgePanels.js';
import { NO_MEMORY, PolicyRun } from '../../alerts/policy/PolicyRun.js';
import { policyWindow } from '../../alerts/policy/policyWindow.js';
import { HOUR_MS } from '../../model/index.js';
import { fleetPanel } from './detection/fleet.js';

const HISTORY = 30;

/** What is told, hour by hour, of a fleet of 10,000 of which the first `count` use six times as much for four hours. */
function told(count: number): readonly string[] {
  const change = (tenant: number, window: number): number => (tenant < count && window >= HISTORY ? 6 : 1);
  const panel = fleetPanel({ tenants: 10_000, windows: HISTORY + 4, spread: 0.3, noise: 0.1, change });
  const from = panel.start + HISTORY * HOUR_MS;
  let memory = NO_MEMORY;
  const words: string[] = [];
  const windows = judgePanels({
    panels: [panel],
    windowMs: HOUR_MS,
    from,
    until: from + 4 * HOUR_MS,
    facts: () => ({}),
    signal: () => undefined,
    incomplete: () => undefined,
    open: () => memory.open,
  });
  for (const { start, panels } of windows) {
    const at = start + HOUR_MS;
    const run = new PolicyRun(memory);
    run.take(policyWindow(at, panels));
    const decision = run.decide({ at, silences: [], maintenance: [], pagesPerHour: 5 });
    memory = decision.memory;
    for (const { transition, held } of decision.plan.notifications)
      if (held === undefined)
        words.push(`${transition.kind} ${transition.incident.severity} ${transition.incident.key}`);
    if (decision.plan.more !== undefined) words.push(`and ${decision.plan.more.count} more`);
  }
  return words;
}

describe('a storm', () => {
  it('of 3,000 tenants of 10,000 is one page, and no tenant is named', () => {
    const words = told(3000);
    expect(words.filter((word) => word.includes('PAGE'))).toEqual(['escalated PAGE _fleet/DynamoDB/none']);
    expect(words.every((word) => word.includes('_fleet'))).toBe(true);
  });

  it('of 100 wakes nobody: none of them presses on what all share', () => {
    expect(told(100).filter((word) => word.includes('PAGE'))).toEqual([]);
  });
});
