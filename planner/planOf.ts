import type { AwsPrices } from './AwsPrices.js';
import { alternativesOf, costsOf, totalOf } from './costsOf.js';
import { footprintOf } from './Footprint.js';
import { limitsOf, passedAt } from './limitsOf.js';
import type { CellPlan } from './planCells.js';
import { CELL_ALARMS, CELL_COMPOSITES, volumeOf, type Workload } from './Workload.js';

/** A plan as data: what is created, what it costs a month, which limits it comes near, and which it passes as tenants grow. */
export function planOf(workload: Workload, cells: CellPlan, prices: AwsPrices) {
  const stages = costsOf(workload, cells, prices);
  const usd = totalOf(stages);
  const volume = volumeOf(workload);
  return {
    workload,
    creates: {
      cells: cells.cells,
      tenants_of_the_fullest: cells.fullest,
      tenants_a_cell_holds: cells.capacity,
      streams: cells.cells + 1,
      delivery_streams: cells.cells + 1,
      functions: cells.cells + 1,
      buckets: 4,
      keys: cells.cells + 3,
      alarms: (cells.cells + 1) * (CELL_ALARMS + CELL_COMPOSITES) + 1,
      dashboards: cells.cells + 2,
    },
    month: { lines: volume.lines, gigabytes: volume.bytes / 1e9, records: volume.records },
    costs: {
      prices_of: prices.of,
      usd_a_month: usd,
      usd_a_tenant: usd / workload.tenants,
      stages: stages.map((stage) => ({ ...stage, usd_a_tenant: stage.usd / workload.tenants })),
      instead: alternativesOf(workload, cells, prices),
    },
    limits: limitsOf(workload, cells).map((limit) => ({ ...limit, share: limit.used / limit.quota })),
    passed: [10, 100].map((times) => ({ times, limits: passedAt(footprintOf(workload, cells), times) })),
  };
}

/** What {@link planOf} gives. */
export type Plan = ReturnType<typeof planOf>;
