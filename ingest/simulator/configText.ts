import type { ScenarioName } from './SimulateOptions.js';
import { NOISY_LOAD } from './scenarioLoad.js';
import { namespaceOf, SHARED_NAMESPACE } from './tenantNames.js';

const PLANS = ['free', 'pro', 'enterprise'] as const;

/** A tenantscope.yaml that fits a simulation: its tenants, its shared service, and a rate card to bill them by. */
export function configText(tenants: readonly string[], scenario: ScenarioName): string {
  const pooled = scenario === 'pooled';
  const tiers =
    scenario === 'tiers'
      ? '# Tenants of one tier use about as much as each other: fair to compare.'
      : '# The simulation loads all plans alike, so their tenants are one tier: fair to compare with each other.';
  const contract = NOISY_LOAD / (NOISY_LOAD + tenants.length - 1);
  const list = tenants.map(
    (id, index) =>
      `  - { id: ${id}, name: ${id}, plan: ${PLANS[index % PLANS.length]}, namespaces: [${namespaceOf(id)}], ` +
      `billing_account: A-${String(1001 + index)}` +
      `${scenario === 'whale-by-contract' && index === 0 ? `, expected_share: { DynamoDB: ${contract.toFixed(4)} }` : ''} }`,
  );
  return `# Written by: tenantscope simulate. Fits the records beside it.
version: 1
lake: ./lake

# The tenants of the simulated music-streaming service.
tenants:
${list.join('\n')}

# Pooled services that work for many tenants; their lines name the consumer.
shared_namespaces: [${pooled ? SHARED_NAMESPACE : ''}]

${tiers}
plans:
  - { id: free, name: Free, tier: standard }
  - { id: pro, name: Pro, tier: standard }
  - { id: enterprise, name: Enterprise, tier: ${scenario === 'tiers' ? 'large' : 'standard'} }

# What tenants are billed for: an exact decimal in quotes, for so many units of a meter.
rate_card:
  id: simulation
  currency: USD
  prices:
    - { service: DynamoDB, meter: read_units, price: "0.25", per: 1000000 }
    - { service: DynamoDB, meter: write_units, price: "1.25", per: 1000000 }
    - { service: Ingress, meter: requests, price: "0.40", per: 1000000 }
    - { service: Ingress, meter: bytes_out, price: "0.12", per: 1000000000 }
    - { service: Pipeline, meter: log_bytes, price: "0.60", per: 1000000000 }
`;
}
