import type { RetentionSettings } from './retentionDays.js';
import type { Plan, Tenant } from './Tenant.js';

/**
 * How many days each emitter's events are kept: what its tenant says, else its plan, else the default. Undefined: for good.
 */
export function retentionRules(config: {
  readonly tenants: readonly Tenant[];
  readonly plans: readonly Plan[];
  readonly retention: RetentionSettings;
}): (emitter: string) => number | undefined {
  const plans = new Map(config.plans.map((plan) => [plan.id, plan.retention_days]));
  const tenants = new Map(
    config.tenants.map(({ id, plan, retention_days }) => [id as string, retention_days ?? plans.get(plan ?? '')]),
  );
  return (emitter) => tenants.get(emitter) ?? config.retention.days;
}
