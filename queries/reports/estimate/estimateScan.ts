import { posix } from 'node:path';
import { picodollarsOfBytes, usdText } from '../../engines/athena/AthenaStatistics.js';
import type { DataFile } from '../../engines/DataFile.js';

/** The files of one folder that a report can read. */
export interface TouchedPartition {
  /** A partition of lines, or a booking. */
  readonly partition: string;
  readonly files: number;
  readonly bytes: number;
}

/** What a report can read and cost, between two bounds. */
export interface ScanEstimate {
  readonly files: readonly DataFile[];
  readonly partitions: readonly TouchedPartition[];
  /** Bytes of the columns the report names, in row groups that can hold rows of its window. */
  readonly lowBytes: number;
  /** Bytes of the files, whole. */
  readonly highBytes: number;
  /** Exact dollars of both, at the price below; a statement costs at least 10 MB. */
  readonly lowUsd: string;
  readonly highUsd: string;
  /** Dollars a terabyte (10^12 bytes). */
  readonly usdPerTb: number;
  /** Files whose footer was not looked at, which count nothing in the lower bound. */
  readonly filesUnread: number;
}

/** Adds up what statements can read: one list of files a statement, each statement priced by itself. */
export function estimateScan(statements: readonly (readonly DataFile[])[], usdPerTb: number): ScanEstimate {
  const files = statements.flat();
  const bytesOf = (list: readonly DataFile[], pick: (file: DataFile) => number): number =>
    list.reduce((sum, file) => sum + pick(file), 0);
  const least = (file: DataFile): number => Math.min(file.leastBytes ?? 0, file.bytes);
  const most = (file: DataFile): number => file.bytes;
  const usd = (pick: (file: DataFile) => number): string =>
    usdText(statements.reduce((sum, list) => sum + picodollarsOfBytes(BigInt(bytesOf(list, pick)), usdPerTb), 0n));
  return {
    files,
    partitions: partitionsOf(files),
    lowBytes: bytesOf(files, least),
    highBytes: bytesOf(files, most),
    lowUsd: usd(least),
    highUsd: usd(most),
    usdPerTb,
    filesUnread: files.filter(({ leastBytes }) => leastBytes === undefined).length,
  };
}

function partitionsOf(files: readonly DataFile[]): readonly TouchedPartition[] {
  const found = new Map<string, { files: number; bytes: number }>();
  for (const { path, bytes } of files) {
    const partition = posix.dirname(path);
    const before = found.get(partition) ?? { files: 0, bytes: 0 };
    found.set(partition, { files: before.files + 1, bytes: before.bytes + bytes });
  }
  return [...found]
    .map(([partition, sums]) => ({ partition, ...sums }))
    .sort((a, b) => (a.partition < b.partition ? -1 : 1));
}
