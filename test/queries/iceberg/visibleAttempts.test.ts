import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { queryDuckDb } from '../../../queries/engines/queryDuckDb.js';
import { visibleAttempts } from '../../../queries/ledger/iceberg/visibleAttempts.js';

const row = fc.record({
  kind: fc.constantFrom('booking', 'sealed', 'erasure', 'ledger'),
  booked_date: fc.constantFrom('2026-11-25', '2026-11-26', '2026-11-27'),
  attempt: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});

it('of a date that was merged the merge counts, of any other its bookings, whatever else is announced', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const merged = new Set(rows.filter(({ kind }) => kind === 'sealed').map(({ booked_date }) => booked_date));
      const counts = rows.filter(
        ({ kind, booked_date }) => kind === 'sealed' || (kind === 'booking' && !merged.has(booked_date)),
      );
      const values = rows.map((one) => `('${one.kind}', '${one.booked_date}', '${one.attempt}')`).join(', ');
      const bookings = `(select * from (values ${values}) v (kind, booked_date, attempt))`;
      const answer = await queryDuckDb(
        connection,
        `select distinct attempt from (${visibleAttempts(bookings)}) order by 1`,
      );
      expect(answer.rows.flat()).toEqual([...new Set(counts.map(({ attempt }) => attempt))].sort());
    }),
  );
  connection.closeSync();
});
