/** What a cost grows with. */
export type Driver =
  | 'bytes read'
  | 'cells'
  | 'incidents'
  | 'lines'
  | 'lines kept'
  | 'months kept'
  | 'nothing'
  | 'objects'
  | 'records'
  | 'runs'
  | 'tenants';

/** One kind of use of a stage: how much of it there is a month, and what that costs. */
export interface CostItem {
  readonly what: string;
  readonly count: number;
  readonly unit: string;
  readonly usd: number;
  readonly grows_with: Driver;
}

/** Dollars a month of one stage. */
export interface StageCost {
  readonly stage: string;
  readonly usd: number;
  /** What most of it is. */
  readonly of: string;
  /** What most of it grows with. */
  readonly grows_with: Driver;
  /** All of it, most first. */
  readonly items: readonly CostItem[];
}

/** A stage by its items. */
export function stageOf(stage: string, items: readonly CostItem[]): StageCost {
  const sorted = items.filter(({ usd }) => usd > 0).toSorted((a, b) => b.usd - a.usd);
  const [most] = sorted.length > 0 ? sorted : items;
  return {
    stage,
    usd: sorted.reduce((sum, { usd }) => sum + usd, 0),
    of: most?.what ?? '',
    grows_with: most?.grows_with ?? 'runs',
    items: sorted,
  };
}
