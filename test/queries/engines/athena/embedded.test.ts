import { describe, expect, it } from 'vitest';
import { athenaEmbeddedLedger } from '../../../../queries/engines/athena/athenaEmbeddedLedger.js';
import { athenaTables } from '../../../../queries/engines/athena/athenaTables.js';

describe('athenaEmbeddedLedger', () => {
  it('reads identities of lines that are gone from the files named, through a table it makes once', async () => {
    const statements: string[] = [];
    const run = async (sql: string) => {
      statements.push(sql);
      return { columns: [], rows: [] };
    };
    const kept = athenaEmbeddedLedger({ run }, athenaTables('lake_1'), 's3://lake/data');
    const rows = await kept.ids(['ledger/ids/a.parquet', 'ledger/ids/b.parquet']);
    expect(rows).toBe(
      `(select "emitter", "id_hour", "event_id", "manifest" from "lake_1"."booked_ids" where "$path" in ('s3://lake/data/ledger/ids/a.parquet', 's3://lake/data/ledger/ids/b.parquet'))`,
    );
    await kept.ids(['ledger/ids/c.parquet']);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toContain('CREATE EXTERNAL TABLE IF NOT EXISTS `lake_1`.`booked_ids` (');
    expect(statements[0]).toContain("LOCATION 's3://lake/data/ledger/ids/'");
  });

  it('has no bookings: those of a lake in S3 are in Iceberg only', async () => {
    const kept = athenaEmbeddedLedger(
      { run: async () => Promise.reject(new Error('asked')) },
      athenaTables('a'),
      's3://lake',
    );
    expect([...(await kept.folders())]).toEqual([]);
  });
});
