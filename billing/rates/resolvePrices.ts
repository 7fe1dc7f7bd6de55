import type { Price, RateCard, RateOverride, Tenant } from '../../model/index.js';

/** A price as it holds for one tenant, and which part of the card it comes from. */
export interface ResolvedPrice {
  readonly price: Price;
  /** `card`, `plan <id>` or `tenant <id>`. */
  readonly from: string;
  /** Where it stands in the card, as a path of keys. */
  readonly path: readonly (string | number)[];
}

/** What one tenant pays by one version of the rate card. */
export interface ResolvedRates {
  /** In the order of their ids. */
  readonly prices: readonly ResolvedPrice[];
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
}

/** The prices and commitments of a tenant: the card's own, then what its plan and it itself pay instead. */
export function resolvePrices(card: RateCard, tenant: Pick<Tenant, 'id' | 'plan'>): ResolvedRates {
  const layers: readonly Layer[] = [
    { override: { ...card, remove: [] }, from: 'card', path: [] },
    ...layer('plan', card.plans, tenant.plan),
    ...layer('tenant', card.tenants, tenant.id),
  ];
  const prices = new Map<string, ResolvedPrice>();
  let minimum: string | undefined;
  let maximum: string | undefined;
  for (const { override, from, path } of layers) {
    for (const id of override.remove) prices.delete(id);
    override.prices.forEach((price, index) => {
      prices.set(price.id, { price, from, path: [...path, 'prices', index] });
    });
    minimum = override.minimum ?? minimum;
    maximum = override.maximum ?? maximum;
  }
  const sorted = [...prices.values()].sort((a, b) => (a.price.id < b.price.id ? -1 : 1));
  return { prices: sorted, minimum, maximum };
}

interface Layer {
  readonly override: Pick<RateOverride, 'prices' | 'remove' | 'minimum' | 'maximum'>;
  readonly from: string;
  readonly path: readonly (string | number)[];
}

function layer(kind: 'plan' | 'tenant', overrides: Readonly<Record<string, RateOverride>>, id?: string): Layer[] {
  if (id === undefined || !Object.hasOwn(overrides, id)) return [];
  const override = overrides[id];
  return override === undefined ? [] : [{ override, from: `${kind} ${id}`, path: [`${kind}s`, id] }];
}
