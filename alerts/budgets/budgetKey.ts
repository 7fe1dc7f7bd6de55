import type { Budget } from '../../model/index.js';
import { incidentKey } from '../policy/advanceIncidents.js';

/** Stands for all tenants, and for all services, in an incident of a budget that is of no single one. */
export const ALL_TENANTS = '_fleet';
export const ALL_SERVICES = '_all';

/** Whose budget it is, as incidents name tenants and services. */
export function subjectOf({ tenant, service }: Budget) {
  const of = { kind: 'budget', tenant_id: tenant ?? ALL_TENANTS, service: service ?? ALL_SERVICES } as const;
  return { ...of, direction: 'none' } as const;
}

/** The key of a budget's incident. */
export function budgetKey(budget: Budget): string {
  return incidentKey(subjectOf(budget));
}
