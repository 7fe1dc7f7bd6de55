import Big from 'big.js';
import type { ScanEstimate } from './estimateScan.js';

/** What a report may read and cost at most, and who says so. */
export interface ScanLimits {
  readonly maxBytes?: { readonly bytes: number; readonly from: string };
  /** Exact decimal dollars. */
  readonly maxCostUsd?: { readonly usd: string; readonly from: string };
}

/** A limit that an estimate is above of. */
export interface ExceededLimit {
  /** The flag that raises it, with the least value that would do. */
  readonly flag: string;
  /** The limit in words: `10000000 bytes (--max-bytes)`. */
  readonly limit: string;
}

/** The first limit that a report could go over; undefined when it keeps within all. The upper bound decides. */
export function exceededLimit(
  { highBytes, highUsd }: Pick<ScanEstimate, 'highBytes' | 'highUsd'>,
  { maxBytes, maxCostUsd }: ScanLimits,
): ExceededLimit | undefined {
  if (maxBytes !== undefined && highBytes > maxBytes.bytes) {
    return { flag: `--max-bytes ${highBytes}`, limit: `${maxBytes.bytes} bytes (${maxBytes.from})` };
  }
  if (maxCostUsd !== undefined && new Big(highUsd).gt(maxCostUsd.usd)) {
    return { flag: `--max-cost ${highUsd}`, limit: `${maxCostUsd.usd} USD (${maxCostUsd.from})` };
  }
  return undefined;
}
