import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockLake, runDelivery } from '../../../ingest/index.js';
import { buildRegistry, type LogEntry, type Registry, tenantSchema } from '../../../model/index.js';
import { buildLedger, type Engine, openDuckDb } from '../../../queries/index.js';
import { readLog } from '../../../queries/ledger/ledgerLog.js';

/** Who the tests' lines are of; `platform` is a pooled service's namespace. */
export const registry: Registry = buildRegistry({
  tenants: ['acme', 'globex', 'zebra-co'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  sharedNamespaces: ['platform'],
});

export const limits = { memoryMb: 256, threads: 1 } as const;

/** The lock the command line passes in. */
export const lock = (lake: string): Promise<() => Promise<void>> => lockLake(lake, 'maintenance');

/** One printed line, as a sidecar sends it. */
export interface Printed {
  readonly tenant: string;
  /** Where it stood: the same place and text again is a duplicate. */
  readonly offset: number;
  /** ISO instant it happened at. */
  readonly time: string;
  readonly log?: string;
  /** Where it claims to stand, when that is not the tenant's own namespace. */
  readonly namespace?: string;
}

let files = 0;

/** Delivers lines as one import that arrived at an instant; each call makes one object a tenant. */
export async function deliver(
  lake: string,
  at: string,
  lines: readonly Printed[],
  { known = registry, folder = '' }: { readonly known?: Registry; readonly folder?: string } = {},
): Promise<void> {
  const input = join(`${lake}-input`, String(files), folder);
  mkdirSync(input, { recursive: true });
  const text = lines.map(({ tenant, offset, time, log, namespace: claimed }) => {
    const shared = tenant === '_shared';
    const namespace = claimed ?? (shared ? 'platform' : `tenant-${tenant}`);
    const place = { pod: `${namespace}-0`, pod_uid: `uid-${namespace}`, container: 'app', file: 'app.log', offset };
    const envelope = { schema: 'tenantscope/1', tenant_id: tenant, namespace, ...place, time };
    return JSON.stringify({ ...envelope, log: log ?? `${time} line ${offset} of ${tenant}` });
  });
  // A blank line makes the content of each file its own, so that equal lines come as duplicates, not as a known file.
  writeFileSync(join(input, 'a.ndjson'), `${text.join('\n')}\n${'\n'.repeat(files++)}`);
  await runDelivery({
    ...limits,
    lake,
    inputs: [input],
    registry: known,
    trust: 'namespace',
    platformStream: 'platform',
    stream: lines.some(({ tenant }) => tenant === '_shared') ? 'platform' : 'cell',
    clock: () => Date.parse(at),
  });
}

/** Books what is new, at an instant. */
export function book(lake: string, at: string) {
  return buildLedger({ ...limits, lake, clock: () => Date.parse(at) });
}

export function openLake(lake: string): Promise<Engine> {
  return openDuckDb({ ...limits, lake, listPrices: [], registry });
}

/** The answer to one statement, a text a row. */
export async function ask(lake: string, sql: string): Promise<readonly string[]> {
  const engine = await openLake(lake);
  try {
    return (await engine.query(sql)).rows.map((row) => row.map(String).join('|'));
  } finally {
    await engine.close();
  }
}

/** Every line of the view `events`, in one order. */
export function allLines(lake: string): Promise<readonly string[]> {
  return ask(
    lake,
    'select tenant_id, dt, event_id, event_time, arrival_time, body, usage, attributes from events order by all',
  );
}

/** Everything the ledger says, in one order. */
export function allSums(lake: string): Promise<readonly string[]> {
  return ask(lake, 'select * from ledger order by all');
}

/** Paths of the files under a folder of a lake. */
export function filesIn(lake: string, folder: string): readonly string[] {
  return readdirSync(join(lake, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(lake.length + 1))
    .sort();
}

/** The log's entries of one kind. */
export async function entriesOf<K extends LogEntry['kind']>(
  lake: string,
  kind: K,
): Promise<readonly Extract<LogEntry, { kind: K }>[]> {
  return (await readLog(lake)).filter((entry): entry is Extract<LogEntry, { kind: K }> => entry.kind === kind);
}
