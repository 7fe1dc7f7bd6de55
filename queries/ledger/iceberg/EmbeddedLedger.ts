import type { BookingFile } from '../bookingFiles.js';

/**
 * What the embedded ledger of the same lake keeps of lines that are gone, as the engine of a ledger in Iceberg reads it. Lines
 * go by a retention or an erasure only, and in a folder neither touches any that are not booked there. A lake in S3 has
 * identities only.
 */
export interface EmbeddedLedger {
  /** Names of the folders among its bookings: finished bookings, merged dates, recent usage beside them. */
  folders(): Promise<ReadonlySet<string>>;
  /** The rows of one file of a folder, as what stands behind `from`; undefined when the folder has none. */
  rows(folder: string, file: BookingFile): Promise<string | undefined>;
  /** The identities in these files of lines past their retention, as what stands behind `from`. */
  ids(files: readonly string[]): Promise<string>;
}
