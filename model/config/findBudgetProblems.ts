import { budgetsSchema } from './budgets.js';
import type { Config } from './configSchema.js';
import { type ConfigProblem, parseSection, problemAt } from './parseConfig.js';

/**
 * What is wrong with the budgets of a project file: their form, tenants that are not registered, services that nothing prices, two
 * budgets of the same. Tenants of a registry elsewhere are not known here.
 */
export function findBudgetProblems(
  config: Config,
  source: { readonly text: string; readonly file: string },
): readonly ConfigProblem[] {
  const parsed = parseSection(source, 'budgets', budgetsSchema);
  if (!parsed.ok) return parsed.problems;
  const problems: ConfigProblem[] = [];
  const tenants = new Set(config.tenants.map(({ id }) => id));
  const priced = new Set(config.list_prices.map(({ service }) => service));
  const seen = new Set<string>();
  for (const [index, { tenant, service }] of (parsed.value ?? []).entries()) {
    const problem = (key: string | undefined, message: string): void => {
      const path = ['budgets', index, ...(key === undefined ? [] : [key])];
      problems.push(problemAt(source, path, `${path.join('.')}: ${message}`));
    };
    if (tenant !== undefined && config.registry.from === undefined && !tenants.has(tenant))
      problem('tenant', `expected a registered tenant, got ${tenant}`);
    if (service !== undefined && !priced.has(service))
      problem('service', `expected a service with list prices (${[...priced].sort().join(', ')}), got ${service}`);
    const key = `${tenant ?? ''}/${service ?? ''}`;
    if (seen.has(key)) problem(undefined, 'expected one budget of each tenant and service, got a second');
    seen.add(key);
  }
  return problems;
}
