import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';

/** A row of a made-up bill: what stands in its columns; what is not named is empty. */
export type Cells = Readonly<Record<string, string>>;

/** A CUR 2.0 line of usage; costs of its own can be given. */
export const curLine = (over: Cells = {}): Cells => ({
  bill_billing_period_start_date: '2026-11-01T00:00:00.000Z',
  line_item_line_item_type: 'Usage',
  line_item_product_code: 'AmazonDynamoDB',
  line_item_usage_start_date: '2026-11-03T04:00:00.000Z',
  line_item_usage_end_date: '2026-11-03T05:00:00.000Z',
  line_item_currency_code: 'USD',
  line_item_unblended_cost: '0.0000000125',
  pricing_public_on_demand_cost: '0.000000025',
  ...over,
});

/** A FOCUS line of usage, as AWS Data Exports writes it. */
export const focusLine = (over: Cells = {}): Cells => ({
  BillingPeriodStart: '2026-11-01T00:00:00.000Z',
  BillingPeriodEnd: '2026-12-01T00:00:00.000Z',
  ChargePeriodStart: '2026-11-03T04:00:00.000Z',
  ChargePeriodEnd: '2026-11-03T05:00:00.000Z',
  ChargeCategory: 'Usage',
  BillingCurrency: 'USD',
  ServiceName: 'Amazon DynamoDB',
  x_ServiceCode: 'AmazonDynamoDB',
  BilledCost: '1',
  EffectiveCost: '2',
  ListCost: '3',
  CommitmentDiscountStatus: '',
  ...over,
});

/** The text of a CSV file with the columns that any of its lines has. */
export function csvText(lines: readonly Cells[], columns = columnsOf(lines)): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns, ...lines.map((line) => columns.map((column) => line[column] ?? ''))]
    .map((cells) => `${cells.map(quote).join(',')}\n`)
    .join('');
}

export const columnsOf = (lines: readonly Cells[]): string[] => [
  ...new Set(lines.flatMap((line) => Object.keys(line))),
];

/** A folder for the files of a test. */
export function billFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tenantscope-bill-'));
  const write = (name: string, bytes: string | Buffer): string => {
    writeFileSync(join(path, name), bytes);
    return join(path, name);
  };
  return {
    path,
    csv: (name: string, lines: readonly Cells[]) => write(name, csvText(lines)),
    gzip: (name: string, lines: readonly Cells[]) => write(name, gzipSync(csvText(lines))),
    write,
    /** Columns whose name says time or cost get the types AWS gives them: timestamp and double. */
    parquet: async (name: string, lines: readonly Cells[]): Promise<string> => {
      const source = write(`${name}.csv`, csvText(lines));
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const typed = columnsOf(lines).map((column) => {
        const kind = /_(start|end)_date$|Start$|End$/.test(column)
          ? 'timestamp'
          : /[cC]ost$|fee|commitment/.test(column)
            ? 'double'
            : '';
        return kind === '' ? `"${column}"` : `cast("${column}" as ${kind}) as "${column}"`;
      });
      const file = join(path, name);
      await connection.run(
        `copy (select ${typed.join(', ')} from read_csv('${source}', all_varchar = true, header = true)) to '${file}' (format parquet)`,
      );
      connection.closeSync();
      instance.closeSync();
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
