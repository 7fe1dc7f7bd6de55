import { RESERVED_PLACES } from '../cellCapacity.js';
import { BOOKED_AT_ONCE } from '../deployedParts.js';
import { objectsOf } from '../objectsOf.js';
import { MONTH_HOURS, MONTH_SECONDS, volumeOf, type Workload } from '../Workload.js';
import type { Assumptions } from './assumptions.js';

/** What a month brings the jobs. */
export interface JobLoad {
  readonly tenants: number;
  /** Starts of ledger and detection, and of billing and maintenance. */
  readonly turns: number;
  readonly days: number;
  /** Objects that Firehose writes, and their bytes. */
  readonly objects: number;
  readonly parquetBytes: number;
  /** Bookings that are made of them: one a run, and more where one takes no more. */
  readonly bookings: number;
  /** Listing requests for recent objects: the partitions of two dates of each emitter. */
  readonly listing: number;
  /** Listing requests for all objects that compaction has not taken, in one row; who lists by emitter makes one more for each. */
  readonly wholeListing: number;
  /** Listing requests for all objects that compaction made: one a tenant and date. */
  readonly compactedListing: number;
  readonly emitters: number;
  /** Entries that a day adds to the ledger's log, and the days it has, halfway through the month. */
  readonly dayEntries: number;
  readonly dates: number;
  /** Bytes of the ledger's rows of an hour. */
  readonly hourBytes: number;
  /** Read units of DynamoDB for all tenants of the registry. */
  readonly registryUnits: number;
}

/** Names one listing request gives. */
const LISTED = 1000;
/** Dates that are recent: today and yesterday. */
const DATES = 2;
/** Dates whose objects are not compacted: maintenance takes those before yesterday, and what it replaced stays for a day. */
const DELIVERED_DATES = 3;
/** Bytes of a read unit of DynamoDB. */
const READ_UNIT = 4096;

/** The load of a workload. */
export function jobLoad(workload: Workload, assumed: Assumptions): JobLoad {
  const { tenants, lineBytes, retentionDays } = workload;
  const turns = MONTH_SECONDS / 60 / assumed.every_minutes;
  const days = MONTH_HOURS / 24;
  const objects = objectsOf(workload);
  const bookings = Math.max(turns * Math.min(1, objects / turns), objects / BOOKED_AT_ONCE);
  const emitters = tenants + RESERVED_PLACES;
  return {
    ...{ tenants, turns, days, objects, bookings, emitters },
    parquetBytes: volumeOf(workload).lines * lineBytes * assumed.parquet_share,
    listing: Math.ceil(emitters / LISTED) + emitters * DATES,
    wholeListing: Math.ceil((objects * (Math.min(retentionDays, DELIVERED_DATES) / days)) / LISTED),
    compactedListing: Math.ceil((tenants * retentionDays) / LISTED),
    dayEntries: bookings / days,
    dates: days * (assumed.months_kept + 0.5),
    hourBytes: tenants * assumed.rows_a_tenant_hour * assumed.row_bytes,
    registryUnits: Math.ceil((tenants * assumed.tenant_kb * 1024) / READ_UNIT),
  };
}
