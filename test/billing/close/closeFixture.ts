import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import type { CloseRequest, WrittenPackage } from '../../../billing/index.js';
import { type folderOf, ledgerOf, requestOf, type Used } from '../billFixture.js';

let ledgers = 0;

/** For a folder: does something with a ledger as it stands at a time: what was booked by then, dates before it sealed. */
export const closingIn =
  (folder: ReturnType<typeof folderOf>) =>
  async <T>(
    today: string,
    home: string,
    used: readonly Used[],
    work: (request: CloseRequest) => Promise<T>,
    more: Partial<CloseRequest> = {},
  ): Promise<T> => {
    const path = folder.at(`ledger-${ledgers++}`);
    mkdirSync(path);
    const known = used.filter(([, , , , booked = '2026-12-01']) => booked <= today);
    const engine = await ledgerOf(path, known, `${today} 06:00`);
    const sealed = [...new Set(known.map(([, , , , booked = '2026-12-01']) => booked))]
      .filter((day) => day < today)
      .sort();
    try {
      return await work({
        ...requestOf(engine, folder.at(home)),
        ...{ clock: () => Date.parse(`${today}T06:30:00Z`), sealed, acceptIncomplete: undefined, leaveLate: false },
        ...more,
      });
    } finally {
      await engine.close();
    }
  };

export const rowsOf = ({ folder: path }: WrittenPackage): Record<string, string>[] =>
  parse(gunzipSync(readFileSync(join(path, 'cost_and_usage-00001.csv.gz'))), { columns: true });
export const sum = (rows: readonly Record<string, string>[]): string =>
  rows.reduce((total, row) => total.plus(row.BilledCost ?? ''), new Big(0)).toFixed();
export const unrounded = (rows: readonly Record<string, string>[]) =>
  rows.filter(({ ServiceName }) => ServiceName !== 'Rounding');

export const november: readonly Used[] = [
  ['acme', 'DynamoDB.read_units', '2026-11-02 10', 20],
  ['globex', 'DynamoDB.read_units', '2026-11-03 10', 5],
];
export const late: Used = ['acme', 'DynamoDB.read_units', '2026-11-02 11', 4, '2026-12-09'];
