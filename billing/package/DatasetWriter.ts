import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Gzip } from 'fflate';
import { AppError } from '../../model/index.js';
import { hashFile, type MemoryDuckDb, sqlText } from '../../queries/index.js';
import type { FocusRow } from './costAndUsageRow.js';
import { csvLine } from './csvText.js';
import { PRECISION } from './decimalScales.js';
import type { PackageColumn } from './packageColumns.js';

/** A file of a package. */
export interface PackageFile {
  /** Relative to the package. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
}

/** Rows of one numbered part: some 30 MB of CSV in gzip. */
const PART_ROWS = 250_000;

/** Text that is compressed at once. The size of the pieces is part of what the bytes depend on. */
const PIECE = 1 << 20;

/**
 * Writes a dataset as CSV and Parquet, row by row, holding a megabyte of it. Large datasets come in numbered parts with the
 * CSV in gzip (compressed in JavaScript: the compressor of Node gives other bytes on other machines). Parquet is made of the
 * CSV by DuckDB, part by part, each value as its column's type. Throws CONFIG_INVALID for a decimal that its column cannot
 * hold exactly.
 */
export class DatasetWriter {
  readonly #at: {
    readonly folder: string;
    readonly name: string;
    readonly columns: readonly PackageColumn[];
    readonly duckdb: MemoryDuckDb;
    readonly parts: boolean;
    readonly partRows: number;
  };
  readonly #scales: readonly (number | undefined)[];
  readonly #files: PackageFile[] = [];
  #part: Part | undefined;
  #number = 0;

  constructor(at: {
    readonly folder: string;
    readonly name: string;
    readonly columns: readonly PackageColumn[];
    readonly duckdb: MemoryDuckDb;
    readonly parts: boolean;
    readonly partRows?: number;
  }) {
    this.#at = { partRows: PART_ROWS, ...at };
    this.#scales = at.columns.map(({ type }) => {
      const scale = /^decimal\(\d+,(\d+)\)$/.exec(type)?.[1];
      return scale === undefined ? undefined : Number(scale);
    });
  }

  async write(rows: readonly FocusRow[]): Promise<void> {
    for (const row of rows) {
      this.#part ??= await this.#begin();
      const values = this.#at.columns.map(({ name }, index) => {
        const value = row[name] ?? null;
        const scale = this.#scales[index];
        if (value !== null && scale !== undefined && !fits(value, scale)) throw doesNotFit(name, value, scale);
        return value;
      });
      await this.#part.add(csvLine(values));
      if (this.#at.parts && this.#part.rows >= this.#at.partRows) await this.#endPart();
    }
  }

  /** Ends the last part and answers all files. A dataset without rows has one of each kind, with its columns. */
  async end(): Promise<readonly PackageFile[]> {
    if (this.#files.length === 0) this.#part ??= await this.#begin();
    await this.#endPart();
    return this.#files;
  }

  /** Closes what is open; the folder is of no use then. */
  async abandon(): Promise<void> {
    await this.#part?.close().catch(() => undefined);
  }

  async #begin(): Promise<Part> {
    this.#number += 1;
    const { folder, name, columns, parts } = this.#at;
    const stem = parts ? `${name}-${String(this.#number).padStart(5, '0')}` : name;
    return Part.begin(folder, stem, columns, parts);
  }

  async #endPart(): Promise<void> {
    const part = this.#part;
    if (part === undefined) return;
    this.#part = undefined;
    await part.close();
    const { folder, duckdb, columns } = this.#at;
    const parquet = `${part.stem}.parquet`;
    await duckdb.connection.run(`copy (select ${columns
      .map(({ name, type }) => (type === 'varchar' ? `"${name}"` : `cast("${name}" as ${type}) as "${name}"`))
      .join(', ')} from ${readCsv(part.plain, columns)})
      to ${sqlText(join(folder, parquet))} (format parquet, compression zstd, row_group_size 122880)`);
    if (part.zipped !== undefined) await rm(part.plain);
    for (const path of [part.zipped === undefined ? `${part.stem}.csv` : `${part.stem}.csv.gz`, parquet])
      this.#files.push({ path, rows: part.rows, ...(await hashFile(join(folder, path))) });
  }
}

/** A CSV file of a package as DuckDB reads it, every column as text, an empty field as null. */
export function readCsv(file: string, columns: readonly { readonly name: string }[]): string {
  const types = columns.map(({ name }) => `${sqlText(name)}: 'varchar'`).join(', ');
  return `read_csv(${sqlText(file)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    new_line = '\\r\\n', nullstr = '', parallel = false, hive_partitioning = false, columns = {${types}})`;
}

class Part {
  rows = 0;
  readonly stem: string;
  readonly plain: string;
  readonly zipped: string | undefined;
  readonly #file: FileHandle;
  readonly #zip: { readonly file: FileHandle; readonly gzip: Gzip; readonly out: Uint8Array[] } | undefined;
  #text: string[] = [];
  #length = 0;
  #rest = Buffer.alloc(0);

  private constructor(stem: string, plain: string, file: FileHandle, zipped?: { path: string; file: FileHandle }) {
    this.stem = stem;
    this.plain = plain;
    this.#file = file;
    this.zipped = zipped?.path;
    if (zipped === undefined) return;
    const out: Uint8Array[] = [];
    const gzip = new Gzip({ mtime: 0, level: 6 }, (data) => out.push(data));
    this.#zip = { file: zipped.file, gzip, out };
  }

  static async begin(folder: string, stem: string, columns: readonly PackageColumn[], zipped: boolean): Promise<Part> {
    await mkdir(folder, { recursive: true });
    const plain = join(folder, `${stem}.csv`);
    const file = await open(plain, 'wx');
    const zip = zipped ? { path: `${plain}.gz`, file: await open(`${plain}.gz`, 'wx') } : undefined;
    const part = new Part(stem, plain, file, zip);
    await part.#add(csvLine(columns.map(({ name }) => name)));
    return part;
  }

  async add(line: string): Promise<void> {
    this.rows += 1;
    await this.#add(line);
  }

  async #add(line: string): Promise<void> {
    this.#text.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#text.join(''), 'utf8');
    this.#text = [];
    this.#length = 0;
    await this.#file.writeFile(bytes);
    if (this.#zip === undefined) return;
    let all = Buffer.concat([this.#rest, bytes]);
    while (all.length >= PIECE) {
      this.#zip.gzip.push(all.subarray(0, PIECE));
      all = all.subarray(PIECE);
    }
    this.#rest = Buffer.from(all);
    await this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#zip === undefined) return;
    const { file, out } = this.#zip;
    for (const data of out.splice(0)) await file.writeFile(data);
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
    await this.#file.close();
    if (this.#zip === undefined) return;
    this.#zip.gzip.push(this.#rest, true);
    await this.#drain();
    await this.#zip.file.sync();
    await this.#zip.file.close();
  }
}

function fits(value: string, scale: number): boolean {
  const point = value.indexOf('.');
  const fraction = point < 0 ? 0 : value.length - point - 1;
  const whole = (point < 0 ? value.length : point) - (value.startsWith('-') ? 1 : 0);
  return fraction <= scale && whole + scale <= PRECISION;
}

function doesNotFit(name: string, value: string, scale: number): AppError {
  return new AppError('CONFIG_INVALID', 'an amount cannot be exported exactly', {
    where: name,
    expected: `at most ${PRECISION - scale} digits before and ${scale} behind the point`,
    got: value,
    hint: 'a price with fewer decimals, or a smaller per, leaves more room',
  });
}
