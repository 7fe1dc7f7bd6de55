import { readFile } from 'node:fs/promises';
import { AppError, type Window } from '../../model/index.js';
import type { CostCharge } from '../allocation/AllocatedRow.js';
import { readCosts } from '../allocation/readCosts.js';
import { decimalText } from '../decimalText.js';
import type { BillFormat } from './BillFormat.js';
import type { CostBasis } from './BillLine.js';
import { type BillAccount, BillSums } from './BillSums.js';
import { type BillFile, billPaths, openBillFile } from './billFiles.js';
import { curFormat } from './curFormat.js';
import { BILL_DECIMALS } from './exactCost.js';
import { focusFormat } from './focusFormat.js';

const FORMATS: readonly BillFormat[] = [curFormat, focusFormat];

/** A bill as it was read. */
export interface ReadBill {
  readonly format: 'costs.csv' | 'CUR 2.0' | 'FOCUS';
  /** Null for costs.csv, whose writer chose. */
  readonly basis: CostBasis | null;
  readonly files: readonly string[];
  readonly charges: readonly CostCharge[];
  /** What became of the lines that is worth saying, for people. */
  readonly notes: readonly string[];
}

/** What is read, and how. */
export interface BillOptions {
  /** Files, or folders that hold them. */
  readonly paths: readonly string[];
  readonly period: Window;
  readonly basis: CostBasis;
  /** What services of the bill are called here, before the built-in names. */
  readonly services: Readonly<Record<string, string>>;
}

/**
 * Reads a bill: a small costs.csv, or a CUR 2.0 or FOCUS export as CSV, gzipped CSV or Parquet in one or more files, told by
 * their columns. Lines become charges by service, category and days; files of any size are read as a stream. Throws
 * INPUT_NOT_FOUND, and INPUT_INVALID with file and line (row of a Parquet file) for a missing column, a value that is none, a second
 * currency, files of two kinds, and a bill without a line of the period.
 */
export async function readBill(options: BillOptions): Promise<ReadBill> {
  const files = await billPaths(options.paths);
  const sums = new BillSums(options.period, options.services);
  let format: BillFormat | undefined;
  let currency: { readonly code: string; readonly where: string } | undefined;
  for (const path of files) {
    const file = await openBillFile(path);
    try {
      const found = formatOf(file);
      if (found === 'costs.csv') return await smallBill(files, options.period);
      if (format !== undefined && format !== found)
        throw invalid('a bill has files of two kinds', file.head, format.name, found.name);
      format = found;
      for await (const row of file.rows(columnsOf(file, found, options.basis))) {
        const line = found.read(row, options.basis);
        if (line.during !== undefined && line.during.end < line.during.start)
          throw invalid('a line ends before it begins', row.where, 'an end after its start', timeText(line.during.end));
        currency ??= { code: currencyCode(line.currency, row.where), where: row.where };
        if (line.currency !== currency.code) {
          const expected = `${currency.code}, as at ${currency.where}`;
          throw invalid('a bill has two currencies', row.where, expected, JSON.stringify(line.currency.slice(0, 80)));
        }
        sums.add(line, row.where);
      }
    } finally {
      file.close();
    }
  }
  const { charges, account } = sums.finish();
  if (account.lines === account.elsewhere) {
    const got = account.lines === 0 ? 'no line' : `${count(account.lines, 'line')} of other periods`;
    throw invalid(
      'a bill has no line of the period',
      files.join(', '),
      timeText(options.period.start).slice(0, 7),
      got,
    );
  }
  const name = format === curFormat ? 'CUR 2.0' : 'FOCUS';
  return { format: name, basis: options.basis, files, charges, notes: notesOf(account) };
}

async function smallBill(files: readonly string[], period: Window): Promise<ReadBill> {
  const [path = '', other] = files;
  if (other !== undefined) throw invalid('a costs.csv stands alone', other, path, 'another file');
  const charges = readCosts(await readFile(path, 'utf8'), path, period);
  return { format: 'costs.csv', basis: null, files, charges, notes: [] };
}

function formatOf(file: BillFile): BillFormat | 'costs.csv' {
  if (file.columns.includes('charge_id')) return 'costs.csv';
  const found = FORMATS.find((format) => format.recognises(file.columns));
  if (found !== undefined) return found;
  const got = file.columns.length === 0 ? 'no columns' : file.columns.slice(0, 5).join(', ').slice(0, 120);
  const expected =
    'those of CUR 2.0 (line_item_…), of FOCUS (BilledCost …), or charge_id,start,end,service,currency,cost';
  throw invalid('a cost file has columns of no known bill', file.head, expected, got);
}

/** Which columns are read. Throws INPUT_INVALID for one that is missing or there twice. */
function columnsOf(file: BillFile, format: BillFormat, basis: CostBasis): readonly string[] {
  const required = format.required(basis);
  const missing = required.filter((column) => !file.columns.includes(column));
  if (missing.length > 0) {
    const what = `a ${format.name} file lacks ${missing.length === 1 ? 'a column' : 'columns'}`;
    throw invalid(what, file.head, required.join(', '), `no ${missing.join(', ')}`);
  }
  const read = [...required, ...format.optional(basis)].filter((column) => file.columns.includes(column));
  const twice = read.find((column) => file.columns.indexOf(column) !== file.columns.lastIndexOf(column));
  if (twice === undefined) return read;
  throw invalid('a cost file has a column twice', file.head, `${twice} once`, 'two of the name');
}

function currencyCode(code: string, where: string): string {
  if (/^[A-Z]{3}$/.test(code)) return code;
  const expected = 'an ISO 4217 currency code such as USD';
  throw invalid('a currency is not usable', where, expected, JSON.stringify(code.slice(0, 80)));
}

function notesOf(account: BillAccount): string[] {
  const notes = [
    `${count(account.lines, 'line')} of the bill: ${account.charged} in charges, ${account.free} that cost nothing, ${account.elsewhere} of other billing periods, left out`,
  ];
  if (account.cut > 0)
    notes.push(`${count(account.cut, 'line')} beyond the billing period's end: split by its days within the period`);
  for (const [type, lines] of account.unknownTypes)
    notes.push(`warning: ${count(lines, 'line')} of the unknown type ${JSON.stringify(type)}, taken as billed`);
  if (account.rounding !== 0n)
    notes.push(`rounding charges to 12 decimals added ${decimalText(account.rounding, BILL_DECIMALS)}`);
  return notes;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
const timeText = (epochMs: number): string => new Date(epochMs).toISOString();

function invalid(summary: string, where: string, expected: string, got: string): AppError {
  return new AppError('INPUT_INVALID', summary, { where, expected, got });
}
