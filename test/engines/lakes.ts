import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildRegistry,
  DEFAULT_LIST_PRICES,
  parseConfigOrThrow,
  type Registry,
  registryOf,
  tenantSchema,
  type Window,
} from '../../model/index.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import type { SharedLake } from './compareEngines.js';
import { writeHandMadeLake } from './handMadeLake.js';
import { LONG_TENANT } from './handMadeLines.js';
import { writeCompactedLake, writeHandMadeLinesLake } from './handMadeLinesLake.js';
import { tenantName, writeManyTenantsLake } from './manyTenantsLake.js';
import type { Samples } from './reportSamples.js';

/** A lake that every report is asked of, and what it is asked with. */
export interface LakeCase {
  readonly name: string;
  /** Writes it below the folder that Trino sees. */
  readonly make: (root: string) => Promise<SharedLake>;
  readonly samples: Samples;
}

const window = (from: string, until: string): Window => ({ start: Date.parse(from), end: Date.parse(until) });
const WHOLE = window('2026-11-22T00:00Z', '2026-11-24T00:00Z');
const SOME_HOURS = window('2026-11-23T09:00Z', '2026-11-23T12:00Z');
const EMPTY = window('2020-01-01T00:00Z', '2020-01-02T00:00Z');
const WINDOWS = [WHOLE, SOME_HOURS, EMPTY];
const ROUGH = ['--duplicates', '0.2', '--late', '--hostile'];

/** Small lakes with everything in them, and large ones with little. */
export const LAKES: readonly LakeCase[] = [
  {
    name: 'a noisy neighbour',
    make: (root) => simulated(root, 'noisy-dynamodb', 6, ['--formats', '0.8', '--aggregate', ...ROUGH]),
    samples: { windows: WINDOWS, services: ['DynamoDB', 'Lambda', 'Nothing'], tenants: ['acme', 'nobody'] },
  },
  {
    name: 'pooled services',
    make: (root) => simulated(root, 'pooled', 6, ROUGH),
    samples: { windows: WINDOWS, services: ['DynamoDB', 'SQS'], tenants: ['acme', '_shared'] },
  },
  {
    name: 'one tenant',
    make: (root) => simulated(root, 'quiet', 1, ROUGH),
    samples: { windows: WINDOWS, services: ['DynamoDB'], tenants: ['acme'], leastOnly: true },
  },
  {
    name: 'what the ledger seldom holds',
    make: (root) => handMade(root, 'hand-made', writeHandMadeLake),
    samples: { windows: WINDOWS, services: ['DynamoDB', 'S3'], tenants: ['acme', 'globex'] },
  },
  {
    name: 'what lines seldom hold',
    make: (root) => handMade(root, 'lines', writeHandMadeLinesLake),
    samples: { windows: WINDOWS, services: ['DynamoDB', 'S3'], tenants: ['acme', 'globex', LONG_TENANT] },
  },
  {
    name: 'more files than a statement can name',
    make: async (root) => ({ ...(await handMade(root, 'listed', writeHandMadeLinesLake)), longestInline: 0 }),
    samples: { windows: [WHOLE], services: ['DynamoDB'], tenants: ['acme'], leastOnly: true },
  },
  {
    name: 'lines that a compaction moved',
    make: (root) => handMade(root, 'compacted', writeCompactedLake),
    samples: { windows: [WHOLE], services: ['DynamoDB'], tenants: ['acme'], leastOnly: true },
  },
  {
    name: '1,500 tenants',
    make: (root) => manyTenants(root, 1500),
    samples: { windows: [WHOLE, EMPTY], services: ['DynamoDB'], tenants: [tenantName(0)], leastOnly: true },
  },
];

async function simulated(
  root: string,
  scenario: string,
  tenants: number,
  extra: readonly string[],
): Promise<SharedLake> {
  const simulation = join(root, '..', `simulation-${scenario}`);
  const lake = join(root, scenario);
  const base = [
    '--tenants',
    String(tenants),
    '--hours',
    '4',
    '--history',
    '48h',
    '--end',
    '2026-11-24',
    '--seed',
    '11',
  ];
  await tenantscopeOk(['simulate', '--scenario', scenario, ...base, ...extra, '--out', simulation]);
  const file = join(simulation, 'tenantscope.yaml');
  await tenantscopeOk(['run', '--config', file, '--input', join(simulation, 'records'), '--lake', lake]);
  await tenantscopeOk(['ledger', 'build', '--lake', lake]);
  const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
  const shared = { listPrices: config.list_prices, registry: registryOf(config) };
  return { lake, location: `local:///${scenario}`, ...shared };
}

async function handMade(root: string, name: string, write: (lake: string) => Promise<void>): Promise<SharedLake> {
  const lake = join(root, name);
  await write(lake);
  const registry = registered([
    { id: 'acme', name: "Äcmé's 𝄞 \\ Ltd", plan: 'gold', namespaces: ['a'] },
    { id: 'globex', namespaces: ['b'] },
    { id: LONG_TENANT, namespaces: ['c'] },
  ]);
  const listPrices = DEFAULT_LIST_PRICES.filter(({ meter }) => meter === 'read_units');
  return { lake, location: `local:///${name}`, listPrices, registry };
}

async function manyTenants(root: string, count: number): Promise<SharedLake> {
  const lake = join(root, 'many');
  await writeManyTenantsLake(lake, count);
  const tenants = Array.from({ length: count }, (_, index) => ({ id: tenantName(index), namespaces: [`ns-${index}`] }));
  return { lake, location: 'local:///many', listPrices: DEFAULT_LIST_PRICES, registry: registered(tenants) };
}

function registered(tenants: readonly object[]): Registry {
  return buildRegistry({ tenants: tenants.map((tenant) => tenantSchema.parse(tenant)) });
}
