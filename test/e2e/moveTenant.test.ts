import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ask } from '../queries/maintenance/lakes.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const cwd = folder.path;
const lake = join(cwd, 'lake');
afterAll(() => folder.remove());

const BEGUN = Date.parse('2026-11-23T10:00:00Z');
/** Bytes each line stands at, and what it consumed: each another amount, so that a sum tells which lines are in it. */
const WIDTH = 400;
const units = (number: number): number => 2 ** (number % 20) + number;

/** A line as the pod's sidecar sends it, whichever stream that sidecar writes to. */
function line(number: number): string {
  const log = {
    operation: 'GetItem',
    line: number,
    ConsumedCapacity: { TableName: 'orders', CapacityUnits: units(number) },
  };
  return JSON.stringify({
    ...{ schema: 'tenantscope/1', tenant_id: 'acme', namespace: 'tenant-acme', cluster: 'eu-1' },
    // Pods are replaced as the move is rolled out, one after another.
    ...{ pod: number < 150 ? 'api-old' : 'api-new', pod_uid: number < 150 ? 'uid-old' : 'uid-new', container: 'app' },
    ...{ file: '/var/log/tenantscope/app.log', offset: number * WIDTH },
    time: new Date(BEGUN + number * 1000).toISOString(),
    log: JSON.stringify(log),
  });
}

let sequence = 0;
/** What the cells' streams hand to their transforms, in this order: records of several lines each. */
async function arrive(...chunks: readonly (readonly [cell: string, from: number, to: number])[]): Promise<void> {
  const input = join(cwd, `records-${sequence}`);
  mkdirSync(input);
  const records = chunks.map(([, from, to]) =>
    Buffer.from(Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('')),
  );
  const index = chunks.map(([cell], place) => {
    sequence += 1;
    const at = { arrival: BEGUN + 600_000 + sequence, stream: `tenantscope-${cell}`, shard: 'shardId-0' };
    return JSON.stringify({ ...at, sequence: String(sequence), lengths: [records[place]?.length] });
  });
  writeFileSync(join(input, 'records.ndjson'), Buffer.concat(records));
  writeFileSync(join(input, 'records.ndjson.arrivals'), `${index.join('\n')}\n`);
  const ran = await tenantscopeOk(['run', '--input', input, '--lake', lake, '--json'], { cwd });
  expect(jsonOf(ran)).toMatchObject({ outcomes: { accepted: chunks.length, quarantined: {} } });
}

it('loses no line and counts none twice, with lines in flight on both streams while the tenant moves', async () => {
  writeFileSync(
    join(cwd, 'tenantscope.yaml'),
    'tenants:\n  - { id: acme, namespaces: [tenant-acme], cell: a } # the first customer\n',
  );
  writeFileSync(join(cwd, 'deployment.yaml'), 'cells: [{ id: a }, { id: b }]\n');
  await arrive(['a', 0, 60], ['a', 60, 100]);
  await tenantscopeOk(['tenant', 'move', 'acme', '--to', 'b'], { cwd });
  await arrive(
    // The new pods begin on b while the old ones still write to a, and an agent sends a whole chunk again.
    ...([
      ['b', 150, 180],
      ['a', 100, 140],
      ['a', 100, 140],
    ] as const),
    // An old pod's lines that its agent, restarted with the new configuration, could not know a had taken; then a's.
    ...([
      ['b', 120, 150],
      ['b', 180, 200],
      ['a', 140, 150],
    ] as const),
  );
  await tenantscopeOk(['ledger', 'build', '--lake', lake], { cwd });
  await tenantscopeOk(['tenant', 'move', 'acme', '--finish'], { cwd });
  // What a's stream kept arrives after all, and what b has already.
  await arrive(['a', 130, 150], ['b', 190, 220]);
  await tenantscopeOk(['ledger', 'build', '--lake', lake], { cwd });

  const numbers = Array.from({ length: 220 }, (_, number) => number);
  const stored = await ask(lake, 'select count(*), count(distinct event_id), count(distinct tenant_id) from events');
  expect(stored).toEqual(['320|220|1']);
  const consumed = numbers.reduce((sum, number) => sum + units(number), 0);
  const booked = await ask(
    lake,
    `select tenant_id, meter, sum(quantity_micros)::varchar from ledger
     where meter in ('log_events', 'read_units') group by all order by all`,
  );
  expect(booked).toEqual([`acme|log_events|${numbers.length}000000`, `acme|read_units|${consumed}000000`]);
  await tenantscopeOk(['ledger', 'verify', '--lake', lake], { cwd });
  await tenantscopeOk(['reconcile', '--lake', lake], { cwd });
});
