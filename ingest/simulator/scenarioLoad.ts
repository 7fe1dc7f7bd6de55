import { DAY_MS, HOUR_MS } from '../../model/index.js';
import type { ScenarioName } from './SimulateOptions.js';

/** An hour of a simulation, as a scenario looks at it. Instants are epoch milliseconds. */
export interface ScenarioHour {
  readonly hour: number;
  /** Start of the detailed hours, and end of the simulated time. */
  readonly detailedFrom: number;
  readonly end: number;
  readonly tenants: number;
}

/** What a tenant far out of line uses against any other: 6 of 20 among 15 tenants, 30 %. */
export const NOISY_LOAD = 6;
const SURGE = 2.5;
const THROTTLED_LOAD = 4;
/** A tenant that comes in the detailed hours begins so large. */
const NEW_LOAD = 2;
/** What a tenant of the large tier uses against one of the others. */
const LARGE_LOAD = 8;
/** Tenants' plans take turns: free, pro, enterprise. */
const PLANS = 3;
/** Of a usual tenant's use, what its own pods take for each part that the shared service takes for it. */
export const OWN_TO_POOLED = 6;
const CREEP_DAYS = 35;
const CREEP = 1.03;

/**
 * How many times a usual tenant's DynamoDB use the tenant at `index` uses in an hour, whoever's pods do it; 0 while it is not
 * there yet. The same on every machine: no function of floating-point numbers but products.
 */
export function scenarioLoad(scenario: ScenarioName, index: number, of: ScenarioHour): number {
  const detailed = of.hour >= of.detailedFrom;
  switch (scenario) {
    case 'quiet':
      return 1;
    case 'noisy-dynamodb':
    case 'pooled':
      return detailed && index === 0 ? NOISY_LOAD : 1;
    case 'two-noisy':
      return detailed && index < 2 ? NOISY_LOAD : 1;
    case 'fleet-surge':
      return detailed ? SURGE : 1;
    case 'creep':
      return index === 0 ? crept(of) : 1;
    case 'whale-by-contract':
      return index === 0 ? NOISY_LOAD : 1;
    case 'new-tenant':
      return index !== of.tenants - 1 ? 1 : detailed ? NEW_LOAD : 0;
    case 'tiers':
      return index % PLANS === PLANS - 1 ? LARGE_LOAD : 1;
    case 'throttled':
      return detailed && index === 0 ? THROTTLED_LOAD : 1;
  }
}

/** The same of what its own pods use. In `pooled` whatever is beyond a usual tenant's is what the shared service does for it. */
export function ownLoad(scenario: ScenarioName, index: number, of: ScenarioHour): number {
  return scenario === 'pooled' ? 1 : scenarioLoad(scenario, index, of);
}

/** How many times what it does for a usual tenant the shared service of `pooled` does for the tenant at `index`. */
export function pooledLoad(index: number, of: ScenarioHour): number {
  return (OWN_TO_POOLED + 1) * scenarioLoad('pooled', index, of) - OWN_TO_POOLED;
}

/** The share of DynamoDB a tenant has as planned, 0 to 1. */
export function scenarioShare(scenario: ScenarioName, index: number, of: ScenarioHour): number {
  let total = 0;
  for (let other = 0; other < of.tenants; other += 1) total += scenarioLoad(scenario, other, of);
  return scenarioLoad(scenario, index, of) / total;
}

/** 3 % more each day of the last 35. */
function crept({ hour, end }: ScenarioHour): number {
  const days = Math.floor((hour - (end - CREEP_DAYS * DAY_MS)) / DAY_MS) + 1;
  let load = 1;
  for (let day = 0; day < days; day += 1) load *= CREEP;
  return load;
}

/** Who is to be found in a scenario, and from when on. */
export function scenarioIncidents(
  scenario: ScenarioName,
  tenants: readonly string[],
  { detailedFrom, end }: Pick<ScenarioHour, 'detailedFrom' | 'end'>,
): readonly { kind: string; tenant_id: string; start: number; share: number }[] {
  const of = { hour: end - HOUR_MS, detailedFrom, end, tenants: tenants.length };
  const noisy = (count: number, start = detailedFrom) =>
    tenants.slice(0, count).map((tenant_id, index) => ({
      kind: 'noisy_tenant',
      tenant_id,
      start,
      share: scenarioShare(scenario, index, of),
    }));
  switch (scenario) {
    case 'noisy-dynamodb':
    case 'pooled':
    case 'throttled':
      return noisy(1);
    case 'two-noisy':
      return noisy(2);
    case 'creep':
      return noisy(1, end - CREEP_DAYS * DAY_MS);
    case 'fleet-surge':
      return [{ kind: 'infrastructure', tenant_id: '_fleet', start: detailedFrom, share: 1 }];
    default:
      return [];
  }
}
