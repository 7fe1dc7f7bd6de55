import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, tenantscopeOk } from './tenantscope.js';

/** A lake of three tenants and three hours of November 2026, its ledger built, beside a project file that tests write. */
export interface BilledLake {
  /** Where the project file is, and where commands run. */
  readonly cwd: string;
  readonly sim: string;
  readonly lake: string;
  /** Writes the project file: that of the simulation with these rate cards, or other settings, instead of its own. */
  project(cards: string): void;
  /** Makes the lake. */
  begin(): Promise<void>;
  remove(): void;
}

export function billedLake(): BilledLake {
  const folder = temporaryFolder();
  const [sim, lake] = [join(folder.path, 'sim'), join(folder.path, 'lake')];
  return {
    ...{ cwd: folder.path, sim, lake },
    project(cards) {
      const text = readFileSync(join(sim, 'tenantscope.yaml'), 'utf8').replace(/^rate_card:\n(?: .*\n)*/m, '');
      writeFileSync(join(folder.path, 'tenantscope.yaml'), `${text}\n${cards}`);
    },
    async begin() {
      const size = ['--tenants', '3', '--hours', '3', '--history', '0', '--end', '2026-11-10'];
      await tenantscopeOk(['simulate', ...size, '--out', sim]);
      const config = ['--config', join(sim, 'tenantscope.yaml'), '--lake', lake];
      await tenantscopeOk(['run', '--input', join(sim, 'records'), ...config]);
      await tenantscopeOk(['ledger', 'build', ...config]);
      mkdirSync(join(folder.path, 'rates'));
    },
    remove: () => folder.remove(),
  };
}

/** A version of a rate card as a project file has it. */
export const rateVersion = (id: string, from: string, price: string): string => `  - id: "${id}"
    effective_from: ${from}
    currency: USD
    prices:
      - { id: platform, model: flat, price: "30" }
      - { service: DynamoDB, meter: read_units, model: graduated, tiers: [{ up_to: 1000, price: "0.01", flat: "1" }, { price: "${price}" }] }
`;
