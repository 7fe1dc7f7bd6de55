import { expect, it } from 'vitest';
import { removeOldRecent } from '../../../queries/ledger/iceberg/removeOldRecent.js';

const DATES = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05', '2026-12-06'];

/** A ledger of these dates, merged but for the last; every date's lines arrived at its noon. */
function ledgerOf(dates: readonly string[]) {
  const deleted: string[] = [];
  const run = async (sql: string) => {
    if (sql.startsWith('delete')) deleted.push(sql);
    const rows = /^select distinct/.test(sql)
      ? dates.map((date) => [date])
      : dates.map((date) => [date, `${date}T12:00:00Z`]);
    return { columns: [], types: [], rows };
  };
  const place = { dialect: 'trino', catalog: 'iceberg', schema: 's' } as const;
  const sealed = dates.slice(0, -1).map((booked_date) => {
    return [
      booked_date,
      { kind: 'sealed', booked_date, manifest: 1, attempt: 'a', rows: 1, events: 1, since: 0 },
    ] as const;
  });
  const ledger = { session: { run }, place, objects: { name: 'objects', location: 'local:///' } };
  return { ledger, standing: { bookings: new Map(), sealed: new Map(sealed), erasures: new Set<number>() }, deleted };
}

it('removes the recent usage of merged dates whose last line came more than two days before the newest', async () => {
  const { ledger, standing, deleted } = ledgerOf(DATES);
  await removeOldRecent(ledger, standing);
  expect(deleted).toEqual([
    `delete from "iceberg"."s"."usage_recent" where booked_date in ('2026-12-01', '2026-12-02', '2026-12-03')`,
  ]);
});

it('asks nothing while there are few dates', async () => {
  const { ledger, standing, deleted } = ledgerOf(DATES.slice(0, 3));
  ledger.session.run = () => Promise.reject(new Error('asked'));
  await removeOldRecent(ledger, standing);
  expect(deleted).toEqual([]);
});
