import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE, sealedName } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { listOrNone } from '../lake/readJournal.js';
import { manifestsOf, readLog, sealedDates } from '../ledger/ledgerLog.js';
import { partsOf } from '../ledger/partsOf.js';
import { entriesOf, quantitiesOf, samplesOf } from '../ledger/seriesSql.js';
import { type Check, compare } from './Check.js';

/** Rows listed at most; beyond it the result says that there are more. */
const DIFFERENCES_SHOWN = 1000;

/**
 * The bookings against the lake: lines counted plus duplicates per tenant, and every sum of the ledger computed from the
 * lake again, duplicates left out, in both directions. What is not booked yet is its own difference.
 */
export async function compareLedger(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly string[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const booked = new Set<string>();
  const there = new Set(objects);
  const log = await readLog(lake);
  const bookings = join(lake, LAKE.bookings);
  const names = await listOrNone(bookings);
  const known = new Set(sealedDates(log).map(sealedName));
  for (const { manifest, folder, merge } of manifestsOf(log)) {
    known.add(folder);
    if (!names.includes(folder) && !(known.has(merge) && names.includes(merge)))
      checks.push(
        compare('booked', `manifest ${manifest.number}`, 'a finished booking', 'none: run tenantscope ledger build'),
      );
    for (const { object } of manifest.objects) {
      booked.add(object);
      if (!there.has(object))
        checks.push(compare('booked', object, 'the object that was booked', 'missing or unreadable'));
    }
  }
  for (const name of names) {
    if (!known.has(name)) checks.push(compare('booked', `booking ${name}`, 'an entry of the log for it', 'none'));
  }
  const finished = (await partsOf(log, bookings)).map(({ name }) => join(bookings, name));
  const open = objects.filter((object) => !booked.has(object));
  if (open.length > 0)
    checks.push(compare('booked', `${open.length} objects`, 'booked', 'not booked yet: run tenantscope ledger build'));
  if (finished.length === 0 || objects.length === 0) return checks;
  const list = (paths: readonly string[]): string => `[${paths.map(sqlText).join(', ')}]`;
  const lake_ = `read_parquet(${list(objects.map((object) => join(lake, object)))}, hive_partitioning = true, hive_types_autocast = false)`;
  const events = `read_parquet(${list(finished.map((folder) => join(folder, 'events.parquet')))})`;
  const usage = `read_parquet(${list(finished.map((folder) => join(folder, 'usage.parquet')))})`;
  const perTenant = await connection.runAndReadAll(`
    select coalesce(l.tenant_id, b.emitter), coalesce(l.lines, 0), coalesce(b.lines, 0)
    from (select tenant_id, count(*) as lines from ${lake_} group by tenant_id) l
    full join (select emitter, cast(sum(events + duplicates) as bigint) as lines from ${events} group by emitter) b on b.emitter = l.tenant_id
    order by 1`);
  for (const [tenant, lines, counted] of perTenant.getRows())
    checks.push(compare('booked', `tenant ${String(tenant)}`, lines, counted));

  const keys = 'tenant_id, emitter, service, resource, operation, meter, unit, event_hour';
  const different = await connection.runAndReadAll(`
    with lines as (
      select tenant_id as emitter, event_time, usage from ${lake_}
      qualify row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) = 1
    ), again as (
      select ${keys}, sum(quantity_micros) as quantity, sum(events) as entries from (
        ${entriesOf('lines')} union all
        select tenant_id, emitter, service, resource, operation, meter, unit, date_trunc('hour', event_time), quantity_micros, 0
        from (${quantitiesOf(`(${samplesOf('lines')})`, 'copies')})
      ) group by all
    ), ledger as (
      select ${keys}, sum(quantity_micros) as quantity, sum(events) as entries from ${usage} group by all
    )
    select ${keys}, cast(a.quantity as varchar), cast(l.quantity as varchar)
    from again a full join ledger l using (${keys})
    where a.quantity is distinct from l.quantity or a.entries is distinct from l.entries
    order by all limit ${DIFFERENCES_SHOWN}`);
  for (const row of different.getRows()) {
    const [tenant, emitter, service, resource, operation, meter, , hour, inLake, inLedger] = row.map((value) =>
      value === null ? 'nothing' : String(value),
    );
    const scope = `tenant ${tenant} (from ${emitter}), ${service} ${resource} ${operation} ${meter}, ${hour} UTC`;
    checks.push({ check: 'ledger', scope, expected: inLake ?? '', actual: inLedger ?? '', ok: false });
  }
  if (different.currentRowCount === DIFFERENCES_SHOWN) {
    checks.push(compare('ledger', 'differences', `fewer than ${DIFFERENCES_SHOWN}`, 'more than are listed here'));
  }
  if (different.currentRowCount === 0)
    checks.push(compare('ledger', 'every tenant, meter and hour', 'the sums of the lake', 'the sums of the lake'));
  return checks;
}
