import { HOUR_MS } from '../../../model/index.js';
import type { SqlSession } from '../../../queries/engines/SqlSession.js';
import type { Cell, ObjectStore } from '../../../queries/index.js';
import type { BookedObjects } from '../../../queries/lake/BookedObjects.js';
import type { ObjectSource, ObjectSurvey } from '../../../queries/lake/ObjectSource.js';
import { PartitionCounts } from '../../../queries/lake/PartitionCounts.js';
import type { IcebergLedger } from '../../../queries/ledger/iceberg/IcebergLedger.js';
import { LEDGER_PARTS } from '../../../queries/ledger/iceberg/ledgerParts.js';

/** What was asked of a store, by kind. */
export interface StoreCounts {
  lists: number;
  logReads: number;
  reads: number;
  writes: number;
}

/** A store in memory that counts what it is asked; reads of the log apart, since they are as many as it has entries. */
export function countingStore(): { readonly store: ObjectStore; readonly counts: StoreCounts } {
  const texts = new Map<string, Cell>();
  const counts: StoreCounts = { lists: 0, logReads: 0, reads: 0, writes: 0 };
  let version = 0;
  const read = (key: string): Cell | undefined => {
    if (key.startsWith('ledger/manifests/')) counts.logReads += 1;
    else counts.reads += 1;
    return texts.get(key);
  };
  const write = (key: string, text: string): Cell => {
    version += 1;
    const cell = { text, version: String(version) };
    texts.set(key, cell);
    return cell;
  };
  return {
    counts,
    store: {
      name: 'memory',
      read: async (key) => read(key)?.text,
      list: async (folder, after = '') => {
        counts.lists += 1;
        const names = [...texts.keys()].flatMap((key) =>
          key.startsWith(`${folder}/`) ? [key.slice(folder.length + 1)] : [],
        );
        return names.filter((name) => !name.includes('/') && name > after).sort();
      },
      create: async (key, text) => {
        counts.writes += 1;
        if (texts.has(key)) return false;
        write(key, text);
        return true;
      },
      remove: async (key) => {
        texts.delete(key);
      },
      readCell: async (key) => read(key),
      writeCell: async (key, text, seen) => {
        counts.writes += 1;
        return texts.get(key)?.version === seen?.version ? write(key, text) : undefined;
      },
    },
  };
}

/** Lines of each object, heartbeats and samples of counters among them. */
const ROWS = 10;
const HOUR = '2026-11-27T10:00:00.000Z';
/** Services that it has the usage of, each by a meter with a price. */
export const SERVICES = { DynamoDB: 'read_units', SQS: 'requests' };

/** A ledger in Iceberg that has as many booked objects as were added, whose engine answers by what is asked and keeps the statements. */
export function countingLedger() {
  const objects: { path: string; emitter: string; dt: string; etag: string }[] = [];
  const statements: string[] = [];
  // Four merged dates: as many as there are when recent usage is looked through.
  const sealed = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map((date) => {
    return ['sealed', date, 0, `merge of ${date}`, '2026-11-24 00:05:00', ROWS, ROWS];
  });
  const bookings: unknown[][] = [];
  let [listings, inUse] = [0, 0];
  const arrived = '2026-11-27T11:04:00.000Z';
  const answer = (sql: string): unknown[][] => {
    if (sql.includes('information_schema'))
      return [...LEDGER_PARTS.map(({ table }) => table.name), 'bookings'].map((name) => [name]);
    if (/^select attempt, lake/.test(sql)) return [['the ledger', 's3://lake']];
    if (/^select kind, booked_date/.test(sql)) return [...sealed, ...bookings];
    if (/group by path/.test(sql)) return objects.map(({ path }) => [`s3://lake/${path}`, ROWS, HOUR, HOUR, HOUR, 1]);
    if (/^select count\(\*\), count\(\*\) filter/.test(sql)) return [[ROWS, 1, 1, ROWS]];
    if (/^select count\(\*\) from/.test(sql)) return [[inUse]];
    if (/^select sum\(counted\)/.test(sql)) return [[ROWS, 5]];
    if (/^select date_trunc\('hour', min/.test(sql)) return [['2026-11-26T10:00:00.000Z']];
    if (/^select \(select count/.test(sql)) return [[0, 0]];
    if (/\$refs/.test(sql)) return [...sql.matchAll(/select '([a-z_]+)', snapshot_id/g)].map(([, name]) => [name, 1]);
    if (/max\(event_hour\), max\(arrival_through\)/.test(sql)) return [['2026-11-27T10:00:00.000Z', arrived]];
    if (/select max\(arrival_through\) from booked_events/.test(sql)) return [[arrived]];
    if (/^select booked_date, max\(arrival_through\)/.test(sql)) return [['2026-11-27', arrived]];
    if (/select distinct service, meter, event_hour from ledger/.test(sql))
      return Object.entries(SERVICES).map(([service, meter]) => [service, meter, HOUR]);
    if (/select distinct tenant_id from ledger/.test(sql)) return [['acme']];
    if (/select date_diff\('hour'/.test(sql)) return [[Date.parse(HOUR) / HOUR_MS, 'acme', '1000000']];
    if (/from usage_recent group by/.test(sql)) return [['acme', 'DynamoDB', 'read_units', HOUR, '1000000']];
    if (/insert into .*"bookings"/.test(sql)) {
      const number = bookings.length + 1;
      bookings.push(['booking', '2026-11-27', number, `attempt ${number}`, '2026-11-27 10:05:00', ROWS, ROWS]);
      inUse = number * ROWS;
    }
    return [];
  };
  const session: SqlSession = {
    run: async (sql) => {
      statements.push(sql);
      return { columns: [], types: [], rows: answer(sql) } as never;
    },
  };
  const place = {
    dialect: 'athena',
    catalog: 'awsdatacatalog',
    schema: 'lake',
    warehouse: 's3://lake/tables',
  } as const;
  const ledger: IcebergLedger = { session, place, objects: { name: '"lake"."events"', location: 's3://lake' } };
  const open = async (booked: BookedObjects) => {
    listings += 1;
    const taken = await booked.among(objects.map(({ path }) => path));
    return objects.filter(({ path }) => !taken.has(path));
  };
  const source: ObjectSource & ObjectSurvey = {
    list: async (booked) => ({ objects: await open(booked), strays: [] }),
    survey: async (booked) => ({ partitions: new PartitionCounts().add(await open(booked)).list(), strays: [] }),
    booked: async () => undefined,
  };
  return {
    ledger,
    source,
    add: (name: string): void => {
      objects.push({
        path: `events/tenant_id=acme/dt=2026-11-27/${name}`,
        emitter: 'acme',
        dt: '2026-11-27',
        etag: name,
      });
    },
    /** Statements since the last time that Athena charges for, and listings of the lake. */
    taken: () => {
      const charged = statements.splice(0).filter((sql) => !/^drop/i.test(sql));
      const listed = listings;
      listings = 0;
      return { statements: charged, listings: listed };
    },
  };
}
