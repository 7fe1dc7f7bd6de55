import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EVENT_COLUMNS, LAKE, utcDayOf } from '../../model/index.js';
import { buildLedger, compactLake } from '../../queries/index.js';
import { writeHandMadeObject } from '../queries/handMadeObject.js';
import { deliverObjects } from './deliverObjects.js';
import { HAND_MADE_ERRORS, HAND_MADE_OBJECTS } from './handMadeLines.js';
import { writeParquet } from './writeParquet.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');

/** What a program before version 1 could have written: fewer columns and fields, narrower and in another order. */
const OLD = `select 7::integer as source_offset, 'old' as event_id, timestamp '2026-11-22 10:00:00' as id_hour,
  timestamp '2026-11-22 10:00:01' as event_time, timestamp '2026-11-22 10:00:02' as arrival_time, 'an old line' as body,
  [{service: 'Old', meter: 'things', tenant_id: 'globex', resource: '', operation: '', unit: 'Things', kind: 'sum', quantity_micros: 5::integer}] as usage`;

/** Writes a lake of the hand-made lines and error objects, and builds its ledger. */
export async function writeHandMadeLinesLake(lake: string): Promise<void> {
  const objects = [];
  for (const { tenant, dt, name, rows } of HAND_MADE_OBJECTS) {
    const path = `${LAKE.events}/tenant_id=${tenant}/dt=${dt}/${name}.parquet`;
    await writeParquet(join(lake, path), EVENT_COLUMNS, rows);
    objects.push({ path, rows: rows.length });
  }
  const path = `${LAKE.errors}/processing-failed/2026/11/22/10/hand-made`;
  mkdirSync(dirname(join(lake, path)), { recursive: true });
  writeFileSync(join(lake, path), HAND_MADE_ERRORS.join('\n'));
  const errors = [{ path, records: HAND_MADE_ERRORS.filter((line) => line !== '').length }];
  deliverObjects(lake, { objects, errors });
  await writeHandMadeObject(lake, { emitter: 'globex', dt: '2026-11-22', name: 'old', rows: OLD });
  await buildLedger({ lake, clock: () => NOW, memoryMb: 512, threads: 1 });
  writeUnbooked(lake, objects[0]?.path ?? '', path);
}

/** Copies beside what was delivered, in no journal and no booking: neither may be read, however much they look like the rest. */
function writeUnbooked(lake: string, object: string, errors: string): void {
  for (const path of [object, errors]) cpSync(join(lake, path), join(lake, dirname(path), 'unbooked.parquet'));
}

/** The same, its objects rewritten into fewer: all but those of the last dates, and of one more that came since. */
export async function writeCompactedLake(lake: string): Promise<void> {
  await writeHandMadeLinesLake(lake);
  const build = { lake, clock: () => NOW, memoryMb: 512, threads: 1 };
  await compactLake({
    ...build,
    lock: async () => async () => undefined,
    before: utcDayOf(NOW),
    targetBytes: 128 * 1024 * 1024,
    wholeDates: true,
    graceMs: 86_400_000,
    dryRun: false,
  });
  await writeHandMadeObject(lake, {
    emitter: 'acme',
    dt: '2026-11-22',
    name: 'since',
    rows: OLD.replace("'old'", "'since'"),
  });
  await buildLedger(build);
}
