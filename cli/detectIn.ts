import {
  attributeFindings,
  type DetectInput,
  type DetectTenant,
  detectBudgets,
  detectInTurns,
  doubtfulHours,
  HISTORY_MS,
  LONGEST_BURN_MS,
  ledgerSource,
  readSignals,
} from '../alerts/index.js';
import { budgetsOf, byUrgency, type Config, type Finding, HOUR_MS, type Window } from '../model/index.js';
import { type Engine, watermark } from '../queries/index.js';
import { readSignalRows } from './readSignalRows.js';
import { takeTurns } from './takeTurns.js';

/** What a tenant's past is said to have been. */
const TOLD_MS = 28 * 24 * HOUR_MS;

/** The tenants of a project as detection knows them. */
export function detectTenants(config: Config): readonly DetectTenant[] {
  const tiers = new Map(config.plans.map((plan) => [plan.id, plan.tier]));
  return config.tenants.map((tenant) => ({
    tenant_id: tenant.id,
    tier: tenant.plan === undefined ? undefined : tiers.get(tenant.plan),
    expected_share: tenant.expected_share,
  }));
}

/**
 * Reads usage from the ledger and judges every full hour of the window that is complete enough, and the budgets, with the signals
 * the scheduled job has. The worst first.
 *
 * @param signal ends it while it computes, by its reason
 * @param signals file of signals instead of the one the configuration names
 */
export async function detectIn(
  engine: Engine,
  config: Config,
  window: Window,
  signal: AbortSignal,
  signals?: string,
): Promise<readonly Finding[]> {
  const rows = await readSignalRows(config, signals);
  const history: Window = { start: window.start - TOLD_MS, end: window.start };
  const since = window.start - HISTORY_MS;
  const { dataThrough } = await watermark(engine);
  const budgets = budgetsOf(config);
  const source = ledgerSource(engine);
  const { services, throttled, used } = await source.hours({ start: since, end: window.end }, config.list_prices);
  const looked = { ...window, start: window.start - (budgets.length === 0 ? 0 : LONGEST_BURN_MS) };
  const doubts = doubtfulHours(await source.completeness(looked), config.detection.least_complete);
  const completeThrough = dataThrough ?? window.start;
  const judging: DetectInput = {
    services,
    window,
    history,
    since,
    completeThrough,
    incomplete: (start) => doubts.get(start),
    tenants: detectTenants(config),
    signal: await readSignals(source, { window, windowMs: HOUR_MS, usage: throttled, services, rows }),
  };
  const findings = await detectInTurns(judging, takeTurns(signal));
  const complete = (hour: number): boolean => used.has(hour) && !doubts.has(hour);
  const burning = detectBudgets({ budgets, services, complete }, window, completeThrough);
  const explained = await attributeFindings(source, config.list_prices, findings);
  return [...explained, ...burning].sort((a, b) => byUrgency(a.severity, b.severity));
}
