import { judgePanel } from '../../alerts/detection/judgePanel.js';
import type { UsagePanel } from '../../alerts/detection/UsagePanel.js';
import { HOUR_MS } from '../../model/index.js';

/** Hours of tenants `t0`, `t1` …, at a dollar a unit. */
export function panelOf(amounts: readonly Float64Array[]): UsagePanel {
  const tenants = Array.from(amounts[0] ?? [], (_, place) => `t${place}`);
  const start = Date.parse('2026-11-01T00:00:00Z');
  return { service: 'DynamoDB', basis: 'USD', usdPerUnit: 1, windowMs: HOUR_MS, start, tenants, amounts };
}

/**
 * Places of the tenants with a strong finding in a panel's newest window: of C, or of P where it is not capped. In a window in
 * which too many stand out at once no tenant is named.
 */
export function strongFlags(panel: UsagePanel): readonly number[] {
  const last = panel.amounts.length - 1;
  const windows = judgePanel({
    panel,
    from: last,
    until: last + 1,
    facts: () => ({}),
    signal: () => undefined,
    incomplete: () => undefined,
  });
  return [...windows].flatMap((window) =>
    window.systemic !== undefined || window.noMajority
      ? []
      : window.tenants.flatMap(({ evidence }) => {
          const strong = evidence.changeLevel === 'strong' || (evidence.peerLevel === 'strong' && !evidence.tailCapped);
          return strong ? [Number(evidence.tenant.slice(1))] : [];
        }),
  );
}
