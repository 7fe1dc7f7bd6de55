import type { AwsPrices } from './AwsPrices.js';
import { alternativesOf, costsOf, totalOf } from './costsOf.js';
import { CELL_PARTS, SHARED_PARTS } from './deployedParts.js';
import { footprintOf } from './Footprint.js';
import type { Assumptions } from './jobs/assumptions.js';
import { limitsOf, passedAt } from './limitsOf.js';
import type { CellPlan } from './planCells.js';
import { volumeOf, type Workload } from './Workload.js';

/** A plan as data: what is created, what it costs a month, which limits it comes near, and which it passes as tenants grow. */
export function planOf(workload: Workload, cells: CellPlan, prices: AwsPrices, assumed: Assumptions) {
  const stages = costsOf(workload, cells, prices, assumed);
  const usd = totalOf(stages);
  const volume = volumeOf(workload);
  return {
    workload,
    creates: {
      cells: cells.cells,
      tenants_of_the_fullest: cells.fullest,
      tenants_a_cell_holds: cells.capacity,
      ...partsOf(cells.cells + 1),
    },
    month: { lines: volume.lines, gigabytes: volume.bytes / 1e9, records: volume.records },
    costs: {
      prices_of: prices.of,
      assumed,
      usd_a_month: usd,
      usd_a_tenant: usd / workload.tenants,
      stages: stages.map((stage) => ({ ...stage, usd_a_tenant: stage.usd / workload.tenants })),
      instead: alternativesOf(workload, cells, prices, assumed),
    },
    limits: limitsOf(workload, cells).map((limit) => ({ ...limit, share: limit.used / limit.quota })),
    passed: [10, 100].map((times) => ({ times, limits: passedAt(footprintOf(workload, cells), times) })),
  };
}

/** What so many pipelines, the platform's among them, and all they share are made of: the registry's table included. */
function partsOf(pipelines: number): Readonly<Record<keyof typeof CELL_PARTS | keyof typeof SHARED_PARTS, number>> {
  const [each, shared]: readonly Readonly<Record<string, number>>[] = [CELL_PARTS, SHARED_PARTS];
  const names = [...new Set([...Object.keys(CELL_PARTS), ...Object.keys(SHARED_PARTS)])];
  return Object.fromEntries(
    names.map((name) => [name, pipelines * (each?.[name] ?? 0) + (shared?.[name] ?? 0)]),
  ) as Record<keyof typeof CELL_PARTS | keyof typeof SHARED_PARTS, number>;
}

/** What {@link planOf} gives. */
export type Plan = ReturnType<typeof planOf>;
