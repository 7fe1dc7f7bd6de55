import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  duckdbType,
  EVENT_COLUMNS,
  type ImportUnit,
  isoInstant,
  isReservedTenant,
  LAKE,
  partitionOf,
  RESERVED_TENANTS,
  RESOURCE_KINDS,
  type Registry,
  type ResourceKind,
  type TenantId,
  USAGE_FIELDS,
  utcDayOf,
} from '../../model/index.js';
import { identify } from '../../transforms/index.js';
import { hashFile } from '../inputs/findInputs.js';
import { finishUnit, readJournal, unitStaging, writeUnit } from '../lake/Journal.js';
import { lockLake } from '../lake/lockLake.js';
import { requireLake } from '../lake/requireLake.js';
import { syncPath } from '../lake/syncPath.js';
import { guardWrites } from '../lake/writeErrors.js';

/** What a re-attribution needs. */
export interface ReattributeOptions {
  readonly lake: string;
  /** SQL of the events of objects of the lake, which need not lie where they were delivered any more. */
  readonly selectEvents: (connection: DuckDBConnection, lake: string, objects: readonly string[]) => Promise<string>;
  readonly registry: Registry;
  readonly trust: 'namespace' | 'stamped';
  /** Only events that arrived in this half-open window, epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly dryRun: boolean;
}

/** What was, or would be, moved. */
export interface ReattributeSummary {
  /** Events under `_unknown` whose tenant is registered now, by tenant. */
  readonly events: Readonly<Record<string, number>>;
  /** Events of shared services and importers whose usage has a consumer now, by tenant. */
  readonly usage: Readonly<Record<string, number>>;
  /** Events whose claim nobody is registered for yet, by claim. */
  readonly unresolved: Readonly<Record<string, number>>;
  /** Absent after a dry run, or when nothing was to move. */
  readonly unit?: string;
}

const CLAIMED = 'tenantscope.claimed_tenant_id';
const CONSUMER = 'usage.claimed_tenant_id';
const RESOURCE = 'usage.unclaimed_resource';
const CORRECTS = 'tenantscope.reattributes';

/**
 * Moves what lay under `_unknown` to tenants that were registered since: minus there, plus here. What is in the lake and in
 * sealed bookings stays as it is; the correction is events of its own, booked on the open date in the hours of the
 * originals. An event printed by an unregistered tenant comes again under the tenant with its own id, so that a late
 * duplicate still counts once, and its usage is taken off `_unknown` by an event whose id follows from the original's. So
 * the same correction made twice counts once. Throws LAKE_NOT_FOUND, LAKE_BUSY, LAKE_DAMAGED, WRITE_FAILED.
 */
export async function reattributeUnknown(options: ReattributeOptions): Promise<ReattributeSummary> {
  const { lake } = options;
  return guardWrites(lake, async () => {
    await requireLake(lake);
    const unlock = await lockLake(lake);
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: `${options.memoryMb}MB`,
      // Beside the lake: DuckDB's own choice is the folder the command happens to run in.
      temp_directory: join(lake, LAKE.staging, 'reattribute-spill'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    try {
      await connection.run("set TimeZone = 'UTC'");
      const journal = await readJournal(lake);
      for (const unit of journal) if (unit.state === 'committed') await finishUnit(lake, unit);
      const objects = journal
        .filter(({ state }) => state !== 'started')
        .flatMap(({ delivery }) => delivery?.objects ?? [])
        .map(({ path }) => path);
      const of = (tenant: string): string[] => objects.filter((path) => partitionOf(path)?.tenantId === tenant);
      await readEvents(connection, options, 'unknown', of(RESERVED_TENANTS.unknown));
      await readEvents(connection, options, 'shared', of(RESERVED_TENANTS.shared));
      await resolveClaims(connection, options);
      const summary = {
        events: await counts(connection, "select target, count(*) from moves where kind = 'event' group by 1"),
        usage: await counts(connection, "select target, count(*) from moves where kind = 'usage' group by 1"),
        unresolved: await counts(connection, 'select claim, count(*) from unresolved group by 1'),
      };
      const moved = [...Object.values(summary.events), ...Object.values(summary.usage)].length;
      if (options.dryRun || moved === 0) return summary;
      return { ...summary, unit: await writeCorrection(connection, options) };
    } finally {
      connection.closeSync();
      instance.closeSync();
      await unlock();
    }
  });
}

/** Events with a claim, once each, without those a correction was made for before. */
async function readEvents(
  connection: DuckDBConnection,
  { lake, since, until, selectEvents }: ReattributeOptions,
  table: 'unknown' | 'shared',
  objects: readonly string[],
): Promise<void> {
  const columns = EVENT_COLUMNS.map(({ name }) => name).join(', ');
  const source = `(${await selectEvents(connection, lake, objects)})`;
  const [from, to] = [since, until].map((at) => `make_timestamp(${BigInt(Math.round(clamp(at)))} * 1000)`);
  const claims = table === 'unknown' ? [CLAIMED] : [CONSUMER, RESOURCE];
  const attribute = (name: string): string => `attributes[${text(name)}]`;
  await connection.run(`create table ${table} as
    select ${columns} from (
      select *, row_number() over (partition by event_id, id_hour order by arrival_time) as place from ${source}
      where (${claims.map((name) => `${attribute(name)} is not null`).join(' or ')})
        and arrival_time >= ${from} and arrival_time < ${to}
    ) where place = 1 and event_id not in (
      select ${attribute(CORRECTS)} from ${source} where ${attribute(CORRECTS)} is not null)`);
}

/** `moves`: which event goes to whom. `unresolved`: what nobody is registered for. */
async function resolveClaims(connection: DuckDBConnection, options: ReattributeOptions): Promise<void> {
  const { registry, trust } = options;
  await connection.run('create table claims (kind varchar, claim varchar, namespace varchar, target varchar)');
  const add = async (kind: string, claim: string, namespace: string, target: TenantId | undefined): Promise<void> => {
    await connection.run('insert into claims values ($kind, $claim, $namespace, $target)', {
      kind,
      claim,
      namespace,
      target: target ?? null,
    });
  };
  const pairs = `select distinct attributes[${text(CLAIMED)}], coalesce(namespace, '') from unknown order by all`;
  for (const [claim = '', namespace = ''] of await rows(connection, pairs)) {
    const envelope = { tenant_id: claim, ...(namespace === '' ? {} : { namespace }) };
    const verdict = identify(envelope, { registry, trust, onPlatformStream: false });
    const target = verdict.ok && !isReservedTenant(verdict.tenantId) ? verdict.tenantId : undefined;
    await add('event', claim, namespace, target);
  }
  const named = `select distinct attributes[${text(CONSUMER)}] from shared where attributes[${text(CONSUMER)}] is not null order by 1`;
  for (const [claim = ''] of await rows(connection, named)) {
    await add('usage', claim, '', registry.tenant(claim)?.id as TenantId | undefined);
  }
  const resources = `select distinct attributes[${text(RESOURCE)}] from shared where attributes[${text(RESOURCE)}] is not null order by 1`;
  for (const [claim = ''] of await rows(connection, resources))
    await add('resource', claim, '', ownerOf(claim, registry));
  await connection.run(`create table matched as
    select 'event' as kind, e.event_id, e.id_hour, c.claim, c.target from unknown e
      join claims c on c.kind = 'event' and c.claim = e.attributes[${text(CLAIMED)}] and c.namespace = coalesce(e.namespace, '')
    union all
    select 'usage', e.event_id, e.id_hour, c.claim, c.target from shared e
      join claims c on (c.kind = 'usage' and c.claim = e.attributes[${text(CONSUMER)}])
        or (c.kind = 'resource' and e.attributes[${text(CONSUMER)}] is null and c.claim = e.attributes[${text(RESOURCE)}])`);
  await connection.run('create table moves as select * from matched where target is not null');
  await connection.run('create table unresolved as select * from matched where target is null');
}

/** Who owns the resource an imported line named, written `kind=name`. */
function ownerOf(claim: string, registry: Registry): TenantId | undefined {
  const at = claim.indexOf('=');
  const [kind, name] = [claim.slice(0, at), claim.slice(at + 1)];
  if (kind === 'namespaces') {
    const owner = registry.ownerOf(name);
    return owner.kind === 'tenant' ? owner.tenantId : undefined;
  }
  return RESOURCE_KINDS.includes(kind as ResourceKind)
    ? registry.ownerOfResource(kind as ResourceKind, name)
    : undefined;
}

async function writeCorrection(connection: DuckDBConnection, options: ReattributeOptions): Promise<string> {
  const { lake, clock } = options;
  const now = clock();
  const dt = utcDayOf(now);
  const ids = await rows(connection, 'select kind, event_id, target from moves order by all');
  const unit = createHash('sha256')
    .update(JSON.stringify([dt, ids]))
    .digest('hex')
    .slice(0, 32);
  const staging = unitStaging(lake, unit);
  await rm(staging, { recursive: true, force: true });
  const entry: ImportUnit = { version: 1, unit, state: 'started', arrival: now, files: [] };
  await writeUnit(lake, entry);
  const targets = await rows(connection, "select distinct target from moves where kind = 'event' order by 1");
  const parts: [TenantId, string][] = [
    ...targets.map(([target = '']): [TenantId, string] => [target as TenantId, movedEvents(target, now)]),
    [RESERVED_TENANTS.unknown, correctionEvents('unknown', 'event', now)],
    [RESERVED_TENANTS.shared, correctionEvents('shared', 'usage', now)],
  ];
  const objects: NonNullable<ImportUnit['delivery']>['objects'] = [];
  for (const [index, [tenant, select]] of parts.entries()) {
    const path = `events/tenant_id=${tenant}/dt=${dt}/${unit}-0-${index}.parquet`;
    const staged = join(staging, 'final', path);
    await mkdir(dirname(staged), { recursive: true });
    const copied = await connection.run(`copy (${select}) to ${text(staged)} (format parquet, compression zstd)`);
    if (copied.rowsChanged === 0) {
      await rm(staged, { force: true });
      continue;
    }
    await syncPath(staged);
    objects.push({ path, rows: copied.rowsChanged, ...(await hashFile(staged)) });
  }
  const total = objects.reduce((sum, { rows: count }) => sum + count, 0);
  const lines = Object.fromEntries(
    objects.map(({ path, rows: count }) => [dirname(path).replace(/^events\//, ''), count]),
  );
  const counted = { records: total, bytes: 0, accepted: total, control: 0, reput: 0, reput_in: 0, quarantined: {} };
  const committed: ImportUnit = {
    ...entry,
    state: 'committed',
    delivery: { ...counted, lines, objects, error_objects: [] },
  };
  await writeUnit(lake, committed);
  await finishUnit(lake, committed);
  return unit;
}

const entryAs = (changes: Readonly<Record<string, string>>): string =>
  `struct_pack(${USAGE_FIELDS.map(({ name }) => `${name} := ${changes[name] ?? `u.${name}`}`).join(', ')})`;

/** The events themselves, under the tenant, as they would have been had it been registered. */
function movedEvents(target: string, now: number): string {
  const changes: Readonly<Record<string, string>> = {
    arrival_time: instant(now),
    usage: `list_transform(usage, u -> ${entryAs({ tenant_id: `case when u.tenant_id = '_unknown' then ${text(target)} else u.tenant_id end` })})`,
  };
  return selectEvents(changes, 'unknown', `m.kind = 'event' and m.target = ${text(target)}`);
}

/** What takes the usage off `_unknown`, and for a shared event's usage also gives it to its consumer. */
function correctionEvents(table: 'unknown' | 'shared', kind: string, now: number): string {
  const own = `list_filter(usage, u -> u.tenant_id = '_unknown')`;
  // A sample of a counter or a distinct count has no minus; -1 less its value tells the ledger to forget it.
  const back = `if(u.kind in ('sum', 'sampled'), -u.quantity_micros, -1 - u.quantity_micros)`;
  const minus = `list_transform(${own}, u -> ${entryAs({ quantity_micros: back })})`;
  const plus = `list_transform(${own}, u -> ${entryAs({ tenant_id: 'm.target' })})`;
  const kept = new Set(['schema_version', 'id_hour', 'event_time', 'cluster', 'namespace', 'usage']);
  const changes: Record<string, string> = Object.fromEntries(
    EVENT_COLUMNS.filter(({ name }) => !kept.has(name)).map(({ name }) => [name, 'null']),
  );
  Object.assign(changes, {
    event_id: `substr(sha256('reattribute:' || e.event_id), 1, 32)`,
    arrival_time: instant(now),
    event_name: `'tenantscope.reattribution'`,
    format: `'reattribution'`,
    log_bytes: 'cast(0 as bigint)',
    attributes: `map {${text(CORRECTS)}: e.event_id, 'tenantscope.reattributed_to': m.target}`,
    usage: table === 'unknown' ? minus : `list_concat(${minus}, ${plus})`,
    problems: 'cast([] as varchar[])',
  });
  return selectEvents(changes, table, `m.kind = ${text(kind)}`);
}

function selectEvents(changes: Readonly<Record<string, string>>, table: string, where: string): string {
  const columns = EVENT_COLUMNS.map(({ name, type }) => {
    const change = changes[name];
    if (change === undefined) return `e.${name}`;
    return `${change === 'null' ? `cast(null as ${duckdbType(type)})` : change} as ${name}`;
  });
  return `select ${columns.join(', ')} from ${table} e join moves m on m.event_id = e.event_id and m.id_hour = e.id_hour
    where ${where} order by e.event_id`;
}

const instant = (at: number): string => `cast('${isoInstant(at).slice(0, -1)}' as timestamp)`;
const clamp = (at: number): number => Math.min(Math.max(at, 0), Date.UTC(2200, 0, 1));

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

async function rows(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
}

async function counts(connection: DuckDBConnection, sql: string): Promise<Record<string, number>> {
  return Object.fromEntries((await rows(connection, `${sql} order by 1`)).map(([key, count]) => [key, Number(count)]));
}
