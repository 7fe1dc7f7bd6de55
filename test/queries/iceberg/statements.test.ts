import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Manifest, utcDaySchema } from '../../../model/index.js';
import type { SqlSession } from '../../../queries/engines/SqlSession.js';
import { bookOnIceberg } from '../../../queries/ledger/iceberg/bookOnIceberg.js';
import { earlierInWhole } from '../../../queries/ledger/iceberg/earlierOnIceberg.js';
import { ensureTables } from '../../../queries/ledger/iceberg/ensureTables.js';
import type { IcebergLedger } from '../../../queries/ledger/iceberg/IcebergLedger.js';
import type { IcebergPlace } from '../../../queries/ledger/iceberg/IcebergPlace.js';
import { LEDGER_PARTS } from '../../../queries/ledger/iceberg/ledgerParts.js';
import { maintenanceStatements } from '../../../queries/ledger/iceberg/maintenance.js';
import { removeSuperseded } from '../../../queries/ledger/iceberg/removeSuperseded.js';
import { sealOnIceberg } from '../../../queries/ledger/iceberg/sealOnIceberg.js';
import { announce } from '../../../queries/ledger/iceberg/standing.js';

const DAY = utcDaySchema.parse('2026-12-02');
const ATTEMPT = '20261202120000_0123456789abcdef';
const NOON = Date.UTC(2026, 11, 2, 12);
const PLACES: readonly IcebergPlace[] = [
  { dialect: 'trino', catalog: 'iceberg', schema: 'tenantscope' },
  { dialect: 'athena', catalog: 'awsdatacatalog', schema: 'tenantscope', warehouse: 's3://lake/ledger/tables' },
];

const object = (name: string, hour: string) => ({
  object: `events/tenant_id=acme/dt=${DAY}/${name}.parquet`,
  emitter: 'acme',
  dt: DAY,
  rows: 3,
  id_hour_min: `${DAY}T${hour}:00:00.000Z`,
  id_hour_max: `${DAY}T${hour}:00:00.000Z`,
  event_hours: [`${DAY}T${hour}:00:00.000Z`],
});
const booking = (number: number): Manifest => ({
  version: 1,
  kind: 'booking',
  number,
  booked_date: DAY,
  objects: [object(`one-${number}`, '10')],
});

/** Answers what a ledger asks on its way, and keeps every statement. */
function recording(place: IcebergPlace) {
  const statements: string[] = [];
  let made = false;
  const answers: readonly (readonly [RegExp, () => readonly unknown[]])[] = [
    [/information_schema/, () => (made ? [...LEDGER_PARTS.map(({ table }) => [table.name]), ['bookings']] : [])],
    [/kind = 'ledger'/, () => [['id', 's3://lake']]],
    [/^select count\(\*\)/, () => [[3n]]],
    [/^select l\.\*, t\.\*/, () => [[3n, 2n, 1n, 2n, 1n]]],
    [/^select date_trunc/, () => [[`${DAY}T10:00:00.000Z`]]],
    [/^select 1 from/, () => [[1]]],
  ];
  const session: SqlSession = {
    run: async (sql) => {
      const text = sql.replace(/\n\s+/g, '\n  ');
      statements.push(/'ledger' as kind/.test(text) ? text.replace(/'[0-9a-f-]{36}'/, "'<id>'") : text);
      const rows = answers.find(([kind]) => kind.test(sql))?.[1]() ?? [];
      if (sql.includes('"bookings" with')) made = true;
      return { columns: [], rows: rows as never };
    },
  };
  const objects = { name: '"lake"."events"', location: 's3://lake' };
  const ledger: IcebergLedger = { session, place, objects };
  return { ledger, statements };
}

describe.each(PLACES)('on $dialect', (place) => {
  it('a ledger is made, booked, sealed and kept by these statements', async () => {
    const { ledger, statements } = recording(place);
    await ensureTables(ledger);
    const log = [booking(1), booking(2)];
    await bookOnIceberg(ledger, booking(2), earlierInWhole(log, ledger.objects, booking(2)), ATTEMPT);
    const announced = { booked_date: DAY, manifest: 2, attempt: ATTEMPT, rows: 3, events: 2 };
    await announce(ledger, 'id', { kind: 'booking', ...announced }, NOON);
    await sealOnIceberg(ledger, DAY, 2, ATTEMPT);
    const sealed = { kind: 'sealed' as const, ...announced, since: NOON };
    await removeSuperseded(
      ledger,
      {
        bookings: new Map([[2, { kind: 'booking' as const, ...announced }]]),
        sealed: new Map([[DAY, sealed]]),
        erasures: new Set<number>(),
      },
      NOON + 48 * 3_600_000,
    );
    const text = `${[...statements, ...maintenanceStatements(place)].join(';\n\n')};\n`;
    const file = new URL(`golden/${place.dialect}.sql`, import.meta.url);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
    for (const statement of statements) expect(Buffer.byteLength(statement)).toBeLessThan(262_144);
  });
});
