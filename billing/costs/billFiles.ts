import { createReadStream } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { AppError, messageOf, systemCode } from '../../model/index.js';
import { openParquet } from '../../queries/index.js';
import { BillRow } from './BillRow.js';

/** A file of a bill. */
export interface BillFile {
  readonly path: string;
  /** Where its column names stand, for messages. */
  readonly head: string;
  readonly columns: readonly string[];
  /** Its rows in order; of a Parquet file, only the given columns are read. Throws INPUT_INVALID with the place. */
  rows(columns: readonly string[]): AsyncIterable<BillRow>;
  close(): void;
}

const ENDING = /\.(csv|csv\.gz|parquet)$/;

/**
 * The files of a bill: each path, or what lies right in it when it is a folder. Throws INPUT_NOT_FOUND, and INPUT_INVALID for a
 * file that is named twice: it would count twice.
 */
export async function billPaths(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch((error: unknown) => Promise.reject(cannotRead(path, error)));
    if (!kind.isDirectory()) found.push(path);
    else {
      const names = (await readdir(path)).filter((name) => ENDING.test(name)).sort();
      if (names.length === 0) {
        throw new AppError('INPUT_NOT_FOUND', 'a folder holds no cost file', {
          where: path,
          expected: 'files that end in .csv, .csv.gz or .parquet right in it: those of one version of the bill',
        });
      }
      found.push(...names.map((name) => join(path, name)));
    }
  }
  const seen = new Set<string>();
  for (const path of found) {
    const real = await realpath(path);
    if (seen.has(real)) {
      throw new AppError('INPUT_INVALID', 'a cost file is named twice', { where: path, expected: 'each file once' });
    }
    seen.add(real);
  }
  return found;
}

/** Opens a file of a bill: CSV, the same gzipped, or Parquet, told by its first bytes. Throws INPUT_NOT_FOUND, INPUT_INVALID. */
export async function openBillFile(path: string): Promise<BillFile> {
  const magic = await firstBytes(path);
  if (magic === 'PAR1') return openParquetBill(path);
  return openCsvBill(path, magic.startsWith('\x1f\x8b'));
}

async function firstBytes(path: string): Promise<string> {
  try {
    const handle = await open(path);
    const head = Buffer.alloc(4);
    const { bytesRead } = await handle.read(head, 0, 4, 0).finally(() => handle.close());
    return head.subarray(0, bytesRead).toString('latin1');
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function openParquetBill(path: string): Promise<BillFile> {
  const file = await openParquet(path, path);
  return {
    path,
    head: path,
    columns: file.columns,
    close: file.close,
    async *rows(columns) {
      const places = new Map(columns.map((column, at) => [column, at]));
      let row = 0;
      for await (const batch of file.rows(columns)) {
        for (const record of batch) {
          row += 1;
          yield new BillRow(places, record, `${path}: row ${row}`);
        }
      }
    },
  };
}

interface CsvLine {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function openCsvBill(path: string, gzipped: boolean): Promise<BillFile> {
  const parser = parse({ bom: true, info: true, skip_empty_lines: true });
  const bytes = createReadStream(path);
  // Errors of any part end the parser, which is where they are seen.
  if (gzipped) pipeline(bytes, createGunzip(), parser, () => undefined);
  else pipeline(bytes, parser, () => undefined);
  const lines = readCsv(parser as AsyncIterable<CsvLine>, path);
  const first = await lines.next();
  const columns = first.done === true ? [] : first.value.record;
  return {
    path,
    head: `${path}:1`,
    columns,
    close: () => parser.destroy(),
    async *rows() {
      const places = new Map(columns.map((column, at) => [column, at]));
      for await (const { record, info } of lines) yield new BillRow(places, record, `${path}:${info.lines}`);
    },
  };
}

async function* readCsv(parser: AsyncIterable<CsvLine>, path: string): AsyncGenerator<CsvLine> {
  let last = 0;
  try {
    for await (const line of parser) {
      last = line.info.lines;
      yield line;
    }
  } catch (error) {
    const csv = error instanceof CsvError;
    throw new AppError('INPUT_INVALID', csv ? 'a cost file is not CSV' : 'a cost file cannot be read to its end', {
      where: `${path}:${csv ? String(error.lines ?? '?') : String(last + 1)}`,
      expected: csv ? 'as many fields as the header' : 'a whole file',
      got: messageOf(error),
      cause: error,
    });
  }
}

function cannotRead(path: string, cause: unknown): AppError {
  return new AppError('INPUT_NOT_FOUND', 'cannot read the cost file', {
    where: '--costs',
    got: `${path} (${systemCode(cause) ?? basename(path)})`,
    cause,
  });
}
