import { DEFAULT_QUOTAS } from '../../model/index.js';
import {
  assumptionsSchema,
  awsPricesSchema,
  cellCapacity,
  DEFAULT_PARTITION_QUOTA,
  DEFAULT_WORKLOAD,
  planCells,
  planOf,
} from '../../planner/index.js';
import { code, page, table } from './markdown.js';

/** The limits that tenants share: of AWS, as the planner knows them, and the quotas the report of them goes by. */
export function limitsReference(): string {
  const tenants = cellCapacity(DEFAULT_PARTITION_QUOTA);
  const { limits } = planOf(
    { ...DEFAULT_WORKLOAD, tenants },
    planCells(tenants, DEFAULT_PARTITION_QUOTA),
    awsPricesSchema.parse({}),
    assumptionsSchema.parse({}),
  );
  return page(
    'Limits',
    'planner/ and model/usage/quotas.ts',
    `AWS's defaults as of 2026-11 in large Regions; an account's own are in Service Quotas. \`tenantscope plan\` says how near a deployment comes to each; here it is a full cell of ${tenants} tenants at the planner's defaults.`,
    table(
      ['limit', 'default', 'a full cell uses', 'what helps'],
      limits.map(({ limit, quota, unit, share, remedy }) => [
        limit,
        `${quota} ${unit}`,
        `${(share * 100).toFixed(1)} %`,
        remedy,
      ]),
    ),
    '## Quotas of shared services\n\nWhat the report `quota-usage` goes by, unless `quotas` of tenantscope.yaml says otherwise.',
    table(
      ['quota', 'service', 'meter', 'limit', 'as of'],
      DEFAULT_QUOTAS.map(({ name, service, meter, limit, per, as_of }) => [
        code(name),
        service,
        code(meter),
        `${limit} a ${per}`,
        as_of,
      ]),
    ),
  );
}
