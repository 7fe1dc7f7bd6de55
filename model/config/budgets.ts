import * as z from 'zod';
import { customerTenantIdSchema } from '../tenant/TenantId.js';
import { priceTextSchema } from '../usage/listPrices.js';
import type { Config } from './configSchema.js';

/** What a tenant, a service, or a tenant on a service may spend in 30 days. */
export const budgetSchema = z
  .strictObject({
    /** Whose spend; left out, that of all tenants together. */
    tenant: customerTenantIdSchema.optional(),
    /** On what; left out, on all services with list prices. */
    service: z.string().min(1).optional(),
    /** US dollars in 30 days, at list price. */
    usd: priceTextSchema.refine((text) => Number(text) > 0, { error: 'expected more than 0 dollars' }),
    /** Whom to tell, as people know them. */
    owner: z.string().min(1).optional(),
  })
  .refine(({ tenant, service }) => tenant !== undefined || service !== undefined, {
    error: 'expected tenant, service, or both',
  });

/** Section `budgets` of tenantscope.yaml. */
export const budgetsSchema = z.array(budgetSchema);

/** What may be spent in 30 days. */
export type Budget = z.output<typeof budgetSchema>;

/**
 * The budgets of a configuration. The schema of the whole file leaves them alone, since the transform reads it too and has a
 * mebibyte; whoever reads a project file for any other use has checked them with `findBudgetProblems`.
 */
export function budgetsOf({ budgets }: Pick<Config, 'budgets'>): readonly Budget[] {
  return budgetsSchema.parse(budgets);
}
