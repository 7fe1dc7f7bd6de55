import * as z from 'zod';
import { customerTenantIdSchema } from '../tenant/TenantId.js';
import { priceTextSchema } from '../usage/listPrices.js';
import { findMeter } from '../usage/meters.js';

/** How the charges of one service of the cloud's bill are split over tenants. */
export const allocationPolicySchema = z
  .strictObject({
    /** The service as it is called here; as the bill calls it where it has no name here. Without it: of every service. */
    service: z.string().min(1).optional(),
    /** Charges of this kind only, in FOCUS's words. */
    category: z.enum(['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment']).optional(),
    /**
     * `proportional`: by what was metered; `even`: the same to every tenant; `weighted`: by `weights`; `none`: to nobody, it
     * stays as `_shared`.
     */
    policy: z.enum(['proportional', 'even', 'weighted', 'none']),
    /** The one meter that measures the share. Without it, the meters of the service of the same name, weighed by list price. */
    by: z.strictObject({ service: z.string().min(1), meter: z.string().min(1) }).optional(),
    weights: z.record(customerTenantIdSchema, priceTextSchema).optional(),
    /** Paid capacity that nobody used: a row of `_idle`, or spread over those who used some. */
    idle: z.enum(['row', 'spread']).default('row'),
  })
  .superRefine(({ service, category, policy, by, weights }, context) => {
    const issue = (key: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (service === undefined && category === undefined)
      issue('policy', 'expected a service, a category or both beside it, got neither');
    if (policy !== 'proportional' && by !== undefined)
      issue('by', `expected none: the policy ${policy} measures nothing`);
    const none = Object.values(weights ?? {}).every((weight) => /^[0.]*$/.test(weight));
    if (policy === 'weighted' && none) issue('weights', 'expected a weight above zero for a tenant');
    if (policy !== 'weighted' && weights !== undefined) issue('weights', `expected none: the policy is ${policy}`);
  });

/** How the charges of one service are split. */
export type AllocationPolicy = z.output<typeof allocationPolicySchema>;

/** How the cloud's bill is split over tenants. */
export const allocationSchema = z.strictObject({
  /** Which of the bill's costs is split; a costs.csv has only one. */
  cost: z.enum(['billed', 'effective', 'list']).default('effective'),
  /** What services of the bill are called here, beside the built-in names: `AmazonEC2: EKS`. */
  services: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** That of service and category first, then service, then category; what has none is split in proportion. */
  policies: z
    .array(allocationPolicySchema)
    .default([])
    .superRefine((policies, context) => {
      policies.forEach(({ service, category }, index) => {
        const same = policies.findIndex((other) => other.service === service && other.category === category);
        if (same === index) return;
        const message = `expected one policy for ${[service, category].filter((word) => word !== undefined).join(' ')}`;
        const key = service === undefined ? 'category' : 'service';
        context.addIssue({ code: 'custom', path: [index, key], message });
      });
    }),
  /** Tenants that work for the others, such as a platform team: what falls to them is passed on. */
  shared: z.array(customerTenantIdSchema).default([]),
  /** How it is passed on: by what the others cost without idle capacity, the same to each, or not (`_shared`). */
  pass_on: z.enum(['proportional', 'even', 'none']).default('proportional'),
});

/** How the cloud's bill is split over tenants. */
export type Allocation = z.output<typeof allocationSchema>;

/**
 * Reports what an allocation names and the project does not have: meters nobody counts, and tenants. Tenants of a registry
 * outside the file are known only once it was read.
 */
export function checkAllocation(
  config: {
    readonly allocation: Allocation;
    readonly meters: readonly { readonly service: string; readonly meter: string }[];
    readonly tenants: readonly { readonly id: string }[];
    readonly registry: { readonly from?: string | undefined };
  },
  report: (path: (string | number)[], message: string) => void,
): void {
  const { allocation, meters, tenants, registry } = config;
  const ids = new Set(tenants.map(({ id }) => id));
  const here = registry.from === undefined || tenants.length > 0;
  const tenant = (id: string, path: (string | number)[]): void => {
    if (here && !ids.has(id)) report(path, `expected a registered tenant, got ${id}`);
  };
  allocation.policies.forEach(({ by, weights }, index) => {
    const counted =
      by === undefined ||
      findMeter(by.service, by.meter) !== undefined ||
      meters.some(({ service, meter }) => service === by.service && meter === by.meter);
    if (!counted) report(['policies', index, 'by'], `expected a known meter, got ${by.service} ${by.meter}`);
    for (const id of Object.keys(weights ?? {})) tenant(id, ['policies', index, 'weights', id]);
  });
  allocation.shared.forEach((id, index) => {
    tenant(id, ['shared', index]);
  });
}
