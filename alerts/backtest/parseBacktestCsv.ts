import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import { AppError, customerTenantIdSchema } from '../../model/index.js';

const instant = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)), {
    error: 'expected a time in UTC such as 2026-11-23T10:00:00Z',
  })
  .transform((text) => Date.parse(text));
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?([eE][-+]?\d+)?$/, { error: 'expected a number, 0 or more' })
  .transform(Number);
const name = z.string().min(1, { error: 'expected a name' });
/** What may be left empty. Not a union, whose error would not say what was expected. */
const optional = <T extends z.ZodType<unknown, string>>(schema: T) =>
  z
    .string()
    .transform((text) => (text === '' ? undefined : text))
    .pipe(schema.optional());
const tenant = z.union([customerTenantIdSchema, z.string().regex(/^_[a-z]+$/)], { error: 'expected a tenant id' });

/** The files a backtest reads, by their columns. Times UTC, quantities in the meter's units, shares 0 to 1. */
export const BACKTEST_FILES = {
  usage: z.object({ window_start: instant, tenant_id: tenant, service: name, meter: name, quantity }),
  tenants: z.object({
    tenant_id: tenant,
    plan: optional(name),
    size: optional(quantity.refine((size) => size > 0, { error: 'expected more than 0' })),
    expected_share: optional(
      quantity.refine((share) => share > 0 && share <= 1, { error: 'expected a share, 0 to 1' }),
    ),
  }),
  signals: z.object({
    window_start: instant,
    service: name,
    capacity_use: optional(quantity),
    throttled_requests: optional(quantity),
    /** Whether a neighbour's error budget burns. The column may be left out. */
    neighbour_burn: optional(
      z.enum(['true', 'false'], { error: 'expected true or false' }).transform((text) => text === 'true'),
    ).optional(),
  }),
  labels: z.object({ tenant_id: name, service: name, meter: name, start: instant, end: instant }),
} as const;

/** The rows of one of a backtest's files. */
export type BacktestRow<File extends keyof typeof BACKTEST_FILES> = z.output<(typeof BACKTEST_FILES)[File]>;

/**
 * Reads one of the files: a header line with the columns named and no others, in any order; `neighbour_burn` may be left out.
 * Throws INPUT_INVALID with file and line for a missing or unknown column and for a value that is not what it should be.
 */
export function parseBacktestCsv<File extends keyof typeof BACKTEST_FILES>(
  file: File,
  text: string,
  path: string,
): readonly BacktestRow<File>[] {
  const schema = BACKTEST_FILES[file];
  const records = readRecords(text, path);
  const columns = Object.keys(schema.shape);
  const [header = []] = records;
  const wrong = [
    ...requiredOf(schema.shape).filter((column) => !header.includes(column)),
    ...header.filter((c) => !columns.includes(c)),
  ];
  if (wrong.length > 0 || new Set(header).size !== header.length)
    throw invalid('a file has the wrong columns', `${path}:1`, columns.join(','), header.join(','));
  return records.slice(1).map((record, index) => {
    const parsed = schema.safeParse(Object.fromEntries(header.map((column, at) => [column, record[at]])));
    if (parsed.success) return parsed.data as BacktestRow<File>;
    const issue = parsed.error.issues[0];
    const column = String(issue?.path[0] ?? '');
    const value = record[header.indexOf(column)] ?? '';
    const expected = (issue?.message ?? '').replace(/^expected /, '');
    throw invalid(`${column} is not usable`, `${path}:${index + 2}`, expected, JSON.stringify(value.slice(0, 80)));
  });
}

const requiredOf = (shape: Readonly<Record<string, z.ZodType>>): readonly string[] =>
  Object.entries(shape).flatMap(([column, { safeParse }]) => (safeParse(undefined).success ? [] : [column]));

function readRecords(text: string, path: string): readonly string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(
      'a file is not CSV',
      `${path}:${String(error.lines ?? '?')}`,
      'as many fields as the header',
      error.message,
    );
  }
}

function invalid(summary: string, where: string, expected: string, got: string): AppError {
  return new AppError('INPUT_INVALID', summary, { where, expected, got });
}
