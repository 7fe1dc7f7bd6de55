import type { TenantId } from '../tenant/TenantId.js';
import type { UtcDay } from '../time/UtcDay.js';

/** Folders and files of a lake, relative to its root. The same prefixes stand in the bucket at scale. */
export const LAKE = {
  /** Marks a folder as a lake and states its version. */
  marker: 'lake.json',
  events: 'events',
  /** Objects of the event table rewritten into fewer, with the same partitions. */
  compacted: 'events_compacted',
  errors: 'errors',
  /** One JSON file per import unit: written before any of its objects. */
  journal: 'journal',
  /** How far imports of what is asked for, not read from files, have come. */
  positions: 'positions',
  manifests: 'ledger/manifests',
  /** What the log says in short, up to a number: saves reading all of it, and can be deleted at any time. */
  checkpoints: 'ledger/checkpoints',
  bookings: 'ledger/bookings',
  /** Of ledgers in Iceberg, a folder each: which attempt at a booking counts, and who books. */
  iceberg: 'ledger/iceberg',
  /** Identities of booked lines whose objects are past their retention. */
  ids: 'ledger/ids',
  /** Records of erasures. */
  erasures: 'erasures',
  /** What alerting remembers from run to run. */
  alerts: 'alerts',
  /** What became of scheduled reports, a folder for each schedule and scheduled time. */
  schedules: 'schedules',
  /** What became of alerts, a text for each incident. */
  alertDeliveries: 'alerts/deliveries',
  /** Which records of which error objects were put on a stream again. */
  replays: 'replays',
  /** Work in progress; never read, safe to delete when nothing runs. */
  staging: '.staging',
} as const;

/** Folder of one partition of the event table, relative to the lake. */
export function partitionPath(tenantId: TenantId, dt: UtcDay): string {
  return `${LAKE.events}/tenant_id=${tenantId}/dt=${dt}`;
}

/** The partition of an event object's path, or undefined when the path is not one. */
export function partitionOf(objectPath: string): { readonly tenantId: string; readonly dt: string } | undefined {
  const match = /(?:^|\/)tenant_id=([^/]+)\/dt=([^/]+)\/[^/]+$/.exec(objectPath);
  return match === null ? undefined : { tenantId: match[1] ?? '', dt: match[2] ?? '' };
}

/** The UTC date of arrival that an object's path says, however deep below its partition it lies; empty when it says none. */
export function arrivalDateOf(objectPath: string): string {
  return /(?:^|\/)tenant_id=[^/]+\/dt=([^/]+)\//.exec(objectPath)?.[1] ?? '';
}

/** File name of a manifest; zero-padded so that text order is number order. */
export function manifestName(number: number): string {
  return `${String(number).padStart(10, '0')}.json`;
}

/** Folder name of a booking: it becomes visible whole, by one rename. */
export function bookingName(number: number): string {
  return String(number).padStart(10, '0');
}

/** Folder name of a sealed date among the bookings: all of them merged into one of equal content. */
export function sealedName(date: UtcDay): string {
  return `sealed-${date}`;
}

/** Folder name beside it of the date's recent usage: provisional, and dropped once nobody asks for it. */
export function recentName(date: UtcDay): string {
  return `recent-${date}`;
}

/** Version of the lake's layout, stated in its marker. */
export const LAKE_VERSION = 1;

/** Characters that make a path a pattern to the engines: a lake under such a path could read another one's files. */
export function hasPatternCharacter(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}
