import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, type Registry, tenantSchema } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';

/** What a lake of several tenants is opened with. */
export interface TenantsLake {
  readonly lake: string;
  readonly registry: Registry;
  readonly memoryMb: number;
  readonly threads: number;
}

/** Words that only one tenant's lines hold, by tenant: whoever sees one of another has seen too much. */
export const SECRETS = {
  acme: 'acme-secret',
  globex: 'globex-secret',
  _shared: 'shared-secret',
  _unknown: 'stranger-secret',
};

/** A registry of acme, globex and initech, which prints nothing, with one shared namespace. */
const registry = buildRegistry({
  tenants: ['acme', 'globex', 'initech'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  sharedNamespaces: ['shared-search'],
});

/**
 * A lake with lines, usage and heartbeats of acme and globex, lines of a shared service that worked for both, lines of
 * nobody, and a quarantined record; all of it booked, but for one object of globex when `open`.
 */
export async function tenantsLake(root: string, { open = false } = {}): Promise<TenantsLake> {
  const lake = join(root, 'lake');
  const base = { lake, memoryMb: 256, threads: 1, clock: () => Date.parse('2026-11-20T12:00:00Z') };
  const deliver = async (name: string, stream: string, lines: readonly string[]): Promise<void> => {
    const input = join(root, name);
    mkdirSync(input, { recursive: true });
    writeFileSync(join(input, 'lines.ndjson'), `${lines.join('\n')}\n`);
    await runDelivery({ ...base, inputs: [input], registry, trust: 'namespace', platformStream: 'platform', stream });
  };
  const own = (tenant: string) => [
    ...[1, 2, 3].map((offset) => line(tenant, offset, `${SECRETS[tenant as 'acme']} ${offset}`)),
    line(tenant, 4, dynamo(tenant, tenant === 'acme' ? 2 : 700, `${tenant}-table`)),
    beat(tenant, '2026-11-20T10:00:00Z', 0),
    beat(tenant, '2026-11-20T10:59:00Z', tenant === 'acme' ? 5 : 77),
  ];
  await deliver('own', 'tenants', [
    ...own('acme'),
    ...own('globex'),
    'nothing',
    line('acme', 9, 'stolen', 'tenant-globex'),
  ]);
  await deliver('shared', 'platform', [
    shared(1, SECRETS._shared),
    shared(2, dynamo('acme', 3, 'index')),
    shared(3, dynamo('globex', 9, 'index')),
    line('stranger', 1, SECRETS._unknown, 'tenant-stranger'),
  ]);
  await buildLedger(base);
  if (open) await deliver('open', 'tenants', [line('globex', 50, 'not booked')]);
  return { lake, registry, memoryMb: base.memoryMb, threads: base.threads };
}

const line = (tenant: string, offset: number, log: string, namespace = `tenant-${tenant}`): string =>
  JSON.stringify({
    ...place(namespace),
    time: '2026-11-20T10:30:00Z',
    log,
    tenant_id: tenant,
    file: 'app.log',
    offset,
  });

const shared = (offset: number, log: string): string =>
  JSON.stringify({
    ...place('shared-search'),
    time: '2026-11-20T10:30:00Z',
    log,
    tenant_id: '_shared',
    file: 'app.log',
    offset,
  });

const place = (namespace: string) => ({ namespace, pod: `${namespace}-0`, pod_uid: namespace, container: 'app' });

const dynamo = (tenant: string, units: number, table: string): string =>
  JSON.stringify({
    level: 30,
    msg: 'dynamodb',
    tenant_id: tenant,
    operation: 'Query',
    ConsumedCapacity: { TableName: table, CapacityUnits: units, ReadCapacityUnits: units },
  });

const beat = (tenant: string, time: string, held: number): string =>
  JSON.stringify({
    ...place(`tenant-${tenant}`),
    tenant_id: tenant,
    time,
    file: 'tenantscope.heartbeat',
    offset: Date.parse(time) / 1000,
    heartbeat: { started: 1, lines_read: 10 + held, bytes_read: 100, lines_held_back: held, bytes_held_back: held },
  });
