import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import { AppError, startOfDay, utcDaySchema, type Window } from '../../model/index.js';
import { CHARGE_CATEGORIES } from '../costs/BillLine.js';
import { ALLOCATION_DECIMALS, type CostCharge } from './AllocatedRow.js';

const rowSchema = z.object({
  charge_id: z.string().min(1, { error: 'expected an id' }),
  start: utcDaySchema,
  end: utcDaySchema,
  service: z.string().min(1, { error: 'expected a service' }),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'expected an ISO 4217 currency code such as USD' }),
  cost: z.string().regex(/^-?\d{1,15}(\.\d{1,12})?$/, { error: 'expected a decimal with at most 12 decimals' }),
  category: z.enum(['', ...CHARGE_CATEGORIES], { error: `expected one of ${CHARGE_CATEGORIES.join(', ')}` }),
  capacity: z
    .string()
    .regex(/^(\d{1,24}(\.\d{1,6})?)?$/, { error: 'expected a decimal with at most 6 decimals, or nothing' }),
});

const COLUMNS = Object.keys(rowSchema.shape);
const OPTIONAL = ['category', 'capacity'];

/**
 * Reads a cost file: CSV with the columns charge_id, start, end (UTC days, end exclusive), service, currency, cost and, where
 * capacity is paid for, capacity; category is FOCUS's, Usage where it is not given. Throws INPUT_INVALID with file and line for a missing or unknown column, a value that is none, an
 * id that was there before, a second currency, and a charge that does not lie within the period.
 */
export function readCosts(text: string, path: string, period: Window): readonly CostCharge[] {
  const [head, ...records] = readRecords(text, path);
  const header = head?.record ?? [];
  const missing = COLUMNS.filter((column) => !header.includes(column) && !OPTIONAL.includes(column));
  const unknown = header.filter((column, at) => !COLUMNS.includes(column) || header.indexOf(column) !== at);
  if (missing.length > 0 || unknown.length > 0) {
    const got = missing.length > 0 ? `no ${missing.join(', ')}` : `${unknown.join(', ')}, unknown or twice`;
    throw invalid('a cost file has the wrong columns', `${path}:1`, COLUMNS.join(','), got);
  }
  if (records.length === 0)
    throw invalid('a cost file has no charge', `${path}:1`, 'a line for each charge', 'the header alone');
  const seen = new Map<string, string>();
  let currency: string | undefined;
  return records.map(({ record, line }) => {
    const where = `${path}:${line}`;
    const given = {
      category: '',
      capacity: '',
      ...Object.fromEntries(header.map((column, at) => [column, record[at]])),
    };
    const parsed = rowSchema.safeParse(given);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const column = String(issue?.path[0] ?? '');
      const value = record[header.indexOf(column)] ?? '';
      const expected = (issue?.message ?? '').replace(/^expected /, '');
      throw invalid(`${column} is not usable`, where, expected, JSON.stringify(value.slice(0, 80)));
    }
    const { charge_id, start, end, cost, category, capacity, ...row } = parsed.data;
    const before = seen.get(charge_id);
    if (before !== undefined)
      throw invalid('a charge is there twice', where, 'one line for each charge_id', `${charge_id}, as at ${before}`);
    seen.set(charge_id, where);
    currency ??= row.currency;
    if (row.currency !== currency) throw invalid('a cost file has two currencies', where, currency, row.currency);
    if (end <= start) throw invalid('a charge ends before it begins', where, `an end after ${start}`, end);
    if (startOfDay(start) < period.start || startOfDay(end) > period.end) {
      throw invalid(
        'a charge does not lie within the period',
        where,
        'days of the month of --period',
        `${start} until ${end}`,
      );
    }
    const measured = capacity === '' ? undefined : scaled(capacity, 6);
    return {
      ...row,
      charge_id,
      start,
      end,
      category: category === '' ? 'Usage' : category,
      unused: false,
      cost: scaled(cost, ALLOCATION_DECIMALS),
      capacity: measured,
      where,
    };
  });
}

function scaled(text: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

function readRecords(text: string, path: string): readonly { readonly record: string[]; readonly line: number }[] {
  try {
    const options = { bom: true, skip_empty_lines: true, trim: true, info: true } as const;
    const read = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    return read.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(
      'a cost file is not CSV',
      `${path}:${String(error.lines ?? '?')}`,
      'as many fields as the header',
      error.message,
    );
  }
}

function invalid(summary: string, where: string, expected: string, got: string): AppError {
  return new AppError('INPUT_INVALID', summary, { where, expected, got });
}
