import type { Incident } from '../../model/index.js';
import { amountAnHour } from './amountAnHour.js';
import type { JudgedPanel } from './policyWindow.js';

/**
 * The window an incident was held in last, with its evidence, out of what a run judged. An hour and its last five minutes end together,
 * and two meters of a service are judged apart: it is the one whose amount the incident has, else the last of them. Undefined where
 * this run judged no such window.
 */
export function heldIn(incident: Incident, verdicts: readonly JudgedPanel[]): JudgedPanel | undefined {
  const { last, service, tenant_id } = incident;
  const ended = verdicts.filter(
    ({ panel, window }) => panel.service === service && window.start + panel.windowMs === last.at,
  );
  const hasAmount = ({ panel, window }: JudgedPanel): boolean => {
    const found = window.tenants.find(({ evidence }) => evidence.tenant === tenant_id);
    return found !== undefined && amountAnHour(found.evidence.amount, panel.windowMs) === last.amount;
  };
  return ended.findLast(hasAmount) ?? ended.at(-1);
}
