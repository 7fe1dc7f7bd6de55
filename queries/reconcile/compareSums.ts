import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS, LAKE, type LogEntry, RESERVED_TENANTS } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { ErasedTenants } from '../lake/ErasedTenants.js';
import { type RowSource, selectRows } from '../lake/selectRows.js';
import { FILES_FILE, SERIES_FILE } from '../ledger/bookingFiles.js';
import { FILE_KEYS, fileHoursOf, positionsOf } from '../ledger/fileHours.js';
import type { LedgerPart } from '../ledger/partsOf.js';
import { entriesOf, quantitiesOf, samplesOf } from '../ledger/seriesSql.js';
import { type Check, compare, type LedgerComparison } from './Check.js';

/** Rows listed at most; beyond it the result says that there are more. */
const DIFFERENCES_SHOWN = 1000;

/** Number of the lines no manifest has taken: they come after all that were. */
const NOT_BOOKED = 9_007_199_254_740_991;

const KEYS = 'tenant_id, emitter, service, resource, operation, meter, unit, event_hour';
const POSITION = ['cluster', 'pod', 'pod_uid', 'container', 'source_file', 'source_offset', 'observed_time', 'format'];
const READ = EVENT_COLUMNS.filter(({ name }) =>
  ['id_hour', 'event_id', 'event_time', 'arrival_time', 'usage', ...POSITION].includes(name),
);

/**
 * Every sum of the ledger against one computed from the lake's lines, in both directions. When lines are past their
 * retention, only bookings that still have all of theirs are compared, and no counters or distinct counts, which depend on
 * lines elsewhere. Erased tenants are left out: nothing can compute them again.
 */
export async function compareSums(
  connection: DuckDBConnection,
  source: RowSource,
  log: readonly LogEntry[],
  parts: readonly LedgerPart[],
): Promise<LedgerComparison> {
  const { lake, index } = source;
  const ids = new Set<string>();
  const incomplete = parts.filter(({ manifests }) => {
    const places = manifests.flatMap(({ objects }) => objects.map(({ object }) => index.whereabouts(object)));
    const expired = places.filter((place) => place.state === 'expired');
    for (const { ids: file } of expired) if (file !== undefined) ids.add(file);
    return expired.length > 0;
  });
  const complete = parts.filter((part) => !incomplete.includes(part));
  const fileOf = (name: string, { name: folder }: LedgerPart): string => join(lake, LAKE.bookings, folder, name);
  const read = await existing(parts.map((part) => fileOf(FILES_FILE, part)));
  await stageLines(connection, source, ids, incomplete, read);
  const erased = await stageErased(connection, log);
  await stageSeries(connection, incomplete.length > 0 ? parts.map((part) => fileOf(SERIES_FILE, part)) : []);
  const usage =
    complete.length === 0
      ? `(select * from read_parquet(${sqlText(fileOf('usage.parquet', parts[0] as LedgerPart))}) limit 0)`
      : `read_parquet([${complete.map((part) => sqlText(fileOf('usage.parquet', part))).join(', ')}])`;
  const shown = `not exists (from erased e where e.tenant_id in (t.tenant_id, t.emitter))
    and not exists (from series_meters m where m.service = t.service and m.meter = t.meter)`;
  const differing = await connection.runAndReadAll(`
    with again as (
      select ${KEYS}, sum(quantity_micros) as quantity, sum(events) as entries from (
        ${entriesOf('lines')} union all
        select tenant_id, emitter, service, resource, operation, meter, unit, date_trunc('hour', event_time), quantity_micros, 0
        from (${quantitiesOf(`(${samplesOf('lines')})`, 'copies')})
      ) t where ${shown} group by all
    ), ledger as (
      select ${KEYS}, sum(quantity_micros) as quantity, sum(events) as entries from ${usage} t
      where ${shown} group by all
    )
    select ${KEYS}, cast(a.quantity as varchar), cast(l.quantity as varchar)
    from again a full join ledger l using (${KEYS})
    where a.quantity is distinct from l.quantity or a.entries is distinct from l.entries
    order by all limit ${DIFFERENCES_SHOWN}`);
  const checks = differing.getRows().map((row): Check => {
    const [tenant, emitter, service, resource, operation, meter, , hour, inLake, inLedger] = row.map((value) =>
      value === null ? 'nothing' : String(value),
    );
    const scope = `tenant ${tenant} (from ${emitter}), ${service} ${resource} ${operation} ${meter}, ${hour} UTC`;
    return { check: 'ledger', scope, expected: inLake ?? '', actual: inLedger ?? '', ok: false };
  });
  if (checks.length === DIFFERENCES_SHOWN)
    checks.push(compare('ledger', 'differences', `fewer than ${DIFFERENCES_SHOWN}`, 'more than are listed here'));
  if (checks.length === 0)
    checks.push(compare('ledger', 'every tenant, meter and hour', 'the sums of the lake', 'the sums of the lake'));
  for (const table of ['lines', 'erased', 'series_meters']) await connection.run(`drop table ${table}`);
  const notes: string[] = [];
  if (incomplete.length > 0)
    notes.push(
      `sums of ${incomplete.length} parts of the ledger, and counters and distinct counts, cannot be computed again: lines of theirs are past their retention`,
    );
  if (erased) notes.push('sums of erased tenants cannot be computed again');
  return { checks, notes };
}

/** `lines`: every line once, as the booking that counted it found it; without those of bookings that lost lines since. */
async function stageLines(
  connection: DuckDBConnection,
  source: RowSource,
  ids: ReadonlySet<string>,
  incomplete: readonly LedgerPart[],
  files: readonly string[],
): Promise<void> {
  const { lake, index, objects } = source;
  await connection.run('create temp table taken (object varchar, manifest bigint)');
  const values = objects.map((object) => `(${sqlText(object)}, ${index.booked.get(object)?.manifest ?? NOT_BOOKED})`);
  if (values.length > 0) await connection.run(`insert into taken values ${values.join(', ')}`);
  const gone =
    ids.size === 0
      ? ''
      : `union all by name select emitter, id_hour, event_id, manifest
         from read_parquet([${[...ids].map((path) => sqlText(join(lake, path))).join(', ')}])`;
  const left = [0, ...incomplete.flatMap(({ manifests }) => manifests.map(({ number }) => number))];
  await connection.run(`create temp view delivered as
    select tenant_id as emitter, * from (${await selectRows(connection, source, READ)})`);
  await stageReadAgain(connection, files);
  await connection.run(`create temp table lines as select emitter, event_time, usage from (
      select * from (
        select emitter, id_hour, event_id, event_time, arrival_time, usage, manifest
        from delivered r join taken t on t.object = r.origin_object
        ${gone}
      ) left join read_again a using (emitter, event_id)
      qualify row_number() over (
        partition by emitter, if(a.event_id is null, id_hour, null), event_id order by manifest, arrival_time) = 1
    ) where manifest not in (${left.join(', ')})`);
  for (const what of ['view delivered', 'table read_again', 'table taken']) await connection.run(`drop ${what}`);
}

/**
 * `read_again`: lines of files that were read again, or began anew; in any hour, equal ones are one. Hours whose lines are
 * past their retention are known from the bookings alone.
 */
async function stageReadAgain(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  const positions = `(${positionsOf('delivered')})`;
  await connection.run(`create temp table hours as ${fileHoursOf(positions)}`);
  if (files.length > 0)
    await connection.run(`insert into hours by name
      select * exclude repeated_offset from read_parquet([${files.map(sqlText).join(', ')}])`);
  await connection.run(`create temp table turning as
    select distinct ${FILE_KEYS} from hours a join hours b using (${FILE_KEYS})
    where a.id_hour < b.id_hour and a.least_offset <= b.greatest_offset and b.least_offset <= a.greatest_offset`);
  const turning = (await connection.runAndReadAll('select 1 from turning limit 1')).currentRowCount > 0;
  await connection.run(`create temp table read_again as select distinct emitter, event_id from ${positions}
    ${turning ? `semi join turning using (${FILE_KEYS})` : 'where false'}`);
  for (const table of ['hours', 'turning']) await connection.run(`drop table ${table}`);
}

/** `erased`: the ids nothing is compared for. Returns whether there was ever an erasure. */
async function stageErased(connection: DuckDBConnection, log: readonly LogEntry[]): Promise<boolean> {
  const erased = new ErasedTenants(log);
  await connection.run('create temp table erased (tenant_id varchar)');
  if (erased.none) return false;
  const named = await connection.runAndReadAll(
    'select distinct emitter from lines union select distinct u.tenant_id from (select unnest(usage) as u from lines)',
  );
  const ids = named.getRows().map(([id]) => String(id));
  for (const id of [RESERVED_TENANTS.erased, ...ids.filter((each) => erased.has(each))])
    await connection.run(`insert into erased values (${sqlText(id)})`);
  return true;
}

/** `series_meters`: the meters whose sums depend on lines of other bookings, where those may be gone. */
async function stageSeries(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  await connection.run('create temp table series_meters (service varchar, meter varchar)');
  if (files.length === 0) return;
  await connection.run(`insert into series_meters
    select distinct u.service, u.meter from (select unnest(usage) as u from lines) where u.kind in ('counter', 'distinct')`);
  for (const file of await existing(files))
    await connection.run(
      `insert into series_meters select distinct service, meter from read_parquet(${sqlText(file)})`,
    );
}

async function existing(files: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, place) => there[place]);
}
