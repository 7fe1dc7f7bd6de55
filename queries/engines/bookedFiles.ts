import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE, type LogEntry, type Manifest, partitionOf, type TenantId } from '../../model/index.js';
import type { ObjectIndex } from '../lake/ObjectIndex.js';
import { listOrNone } from '../lake/readJournal.js';
import { readLog } from '../ledger/ledgerLog.js';
import { partsAmong } from '../ledger/partsOf.js';

/** What of the ledger stands by itself in one folder: a finished booking, or all of a sealed date merged. */
export interface LedgerPart {
  /** Relative to the lake. */
  readonly folder: string;
  /** What it books, in order. */
  readonly manifests: readonly Manifest[];
}

/**
 * What of a lake the engines read: finished bookings only, so that no figure is half of a booking, and of a sealed date
 * whose merge is there that merge instead of them. Throws LAKE_DAMAGED.
 */
export async function ledgerParts(lake: string): Promise<readonly LedgerPart[]> {
  return partsThere(await readLog(lake), new Set(await listOrNone(join(lake, LAKE.bookings))));
}

/** The same of a log, and the names that were in the folder of bookings. */
export function partsThere(log: readonly LogEntry[], there: ReadonlySet<string>): readonly LedgerPart[] {
  return partsAmong(log, there).map(({ name, manifests }) => ({ folder: `${LAKE.bookings}/${name}`, manifests }));
}

/** The objects these bookings took, by whether their rows are still to be had. */
export interface ReadableObjects {
  /** Relative to the lake. */
  readonly readable: readonly string[];
  /** How many should be there and are not. */
  readonly lost: number;
  readonly expired: number;
  /** The last arrival date of those past their retention; empty when there are none. */
  readonly expiredThrough: string;
  readonly erased: number;
}

/** Looks for every object these bookings took, or of one tenant's partitions only. */
export async function readableObjects(
  lake: string,
  parts: readonly LedgerPart[],
  index: ObjectIndex,
  tenant?: TenantId,
): Promise<ReadableObjects> {
  const all = parts.flatMap(({ manifests }) => manifests.flatMap(objectsOf));
  const objects = tenant === undefined ? all : all.filter((object) => partitionOf(object)?.tenantId === tenant);
  const states = await Promise.all(
    objects.map(async (object) => {
      const { state } = index.whereabouts(object);
      // It came after its tenant was erased, and waits to be erased as well.
      if (index.erased.has(index.booked.get(object)?.entry.emitter ?? '')) return 'erased';
      return state === 'delivered' && !(await exists(join(lake, object))) ? 'lost' : state;
    }),
  );
  const count = (state: (typeof states)[number]): number => states.filter((other) => other === state).length;
  const dates = objects.map((object, place) => (states[place] === 'expired' ? index.booked.get(object)?.entry.dt : ''));
  return {
    readable: objects.filter((_, place) => states[place] === 'delivered' || states[place] === 'compacted'),
    lost: count('lost'),
    expired: count('expired'),
    expiredThrough: dates.reduce<string>((last, dt = '') => (dt > last ? dt : last), ''),
    erased: count('erased'),
  };
}

/** The objects a booking took, relative to the lake. */
function objectsOf(manifest: Manifest): readonly string[] {
  return manifest.objects.map(({ object }) => object);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
