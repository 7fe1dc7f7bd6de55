import { BOOKINGS_TABLE, type Manifest } from '../../../model/index.js';
import type { SqlSession } from '../../../queries/engines/SqlSession.js';
import type { BucketObject, ListedPart } from '../../../queries/lake/bucketEvents.js';
import type { ObjectSource, ObjectSurvey } from '../../../queries/lake/ObjectSource.js';
import { type ListingLimits, UnbookedListing } from '../../../queries/lake/UnbookedListing.js';
import type { IcebergLedger } from '../../../queries/ledger/iceberg/IcebergLedger.js';
import { LEDGER_PARTS } from '../../../queries/ledger/iceberg/ledgerParts.js';

/** An object as its lines say it is. */
export type ModelObject = Pick<
  Manifest['objects'][number],
  'object' | 'emitter' | 'dt' | 'rows' | 'id_hour_min' | 'id_hour_max'
>;

const LOCATION = 's3://lake/';

/**
 * A lake in a bucket and an engine over it, in memory. The engine answers what a build asks by what lies in the lake, so that an
 * object that is looked for where it is not makes a build fail; it keeps the statements, and the rows of `bookings`.
 */
export class ModelLedger {
  /** Delivered objects that are there, and those that ever were. */
  readonly there = new Map<string, ModelObject>();
  readonly ever = new Map<string, ModelObject>();
  /** Of which delivered objects each compacted file that is there has rows. */
  readonly compacted = new Map<string, readonly string[]>();
  /** Rows of the table of bookings, in the order that they are asked for. */
  bookings: (readonly unknown[])[] = [];
  readonly statements: string[] = [];
  /** Lines of kept tables. */
  readonly #kept = new Map<string, number>();
  /** What each booking looks for a second time: an emitter and an hour. */
  again: readonly (readonly [string, string])[] = [];
  /** Called before each statement: another builder's chance. */
  between: () => Promise<void> = async () => undefined;

  put(object: ModelObject): void {
    this.there.set(object.object, object);
    this.ever.set(object.object, object);
  }

  get ledger(): IcebergLedger {
    const session: SqlSession = {
      run: async (sql) => {
        await this.between();
        this.statements.push(sql);
        return { columns: [], types: [], rows: this.#answer(sql) } as never;
      },
    };
    return {
      session,
      place: { dialect: 'athena', catalog: 'awsdatacatalog', schema: 'lake', warehouse: `${LOCATION}tables` },
      objects: {
        name: '"lake"."events"',
        location: LOCATION.slice(0, -1),
        compacted: {
          name: '"lake"."events_compacted"',
          files: async (of) => {
            const folders = of?.map(({ emitter, dt }) => `events_compacted/tenant_id=${emitter}/dt=${dt}/`) ?? [''];
            return [...this.compacted.keys()].filter((file) => folders.some((folder) => file.startsWith(folder)));
          },
        },
      },
      embedded: {
        folders: async () => new Set(),
        rows: async () => undefined,
        ids: async (files) => `(ids in ${files.join(', ')})`,
      },
    };
  }

  /** All objects there are, listed a few at a time. */
  source(limits: ListingLimits = { found: 4, listed: 9 }): ObjectSource & ObjectSurvey {
    const begin = () => new UnbookedListing({ root: '', parts: () => this.#parts() }, limits);
    let listing: UnbookedListing | undefined;
    return {
      list: (booked) => {
        listing ??= begin();
        return listing.list(booked);
      },
      survey: (booked) => begin().survey(booked),
      booked: async () => {
        listing = undefined;
      },
    };
  }

  async *#parts(): AsyncGenerator<ListedPart> {
    const emitters = new Set([...this.there.values()].map(({ emitter }) => emitter));
    for (const emitter of [...emitters].sort()) yield () => this.#pages(emitter);
  }

  async *#pages(emitter: string): AsyncGenerator<readonly BucketObject[]> {
    const paths = [...this.there.values()].flatMap((one) => (one.emitter === emitter ? [one.object] : [])).sort();
    for (let first = 0; first < paths.length; first += 3)
      yield paths.slice(first, first + 3).map((key) => ({ key, size: 1, etag: key.length.toString(16), at: 0 }));
  }

  #answer(sql: string): readonly (readonly unknown[])[] {
    if (sql.includes('information_schema'))
      return [...LEDGER_PARTS.map(({ table }) => table.name), BOOKINGS_TABLE.name].map((name) => [name]);
    if (/^select attempt, lake/.test(sql)) return [['the ledger', LOCATION.slice(0, -1)]];
    if (/^select kind, booked_date/.test(sql)) return this.bookings;
    if (/^delete from "awsdatacatalog"\."lake"\."bookings"/.test(sql)) {
      const date = /booked_date = '([^']+)'/.exec(sql)?.[1];
      this.bookings = this.bookings.filter(([kind, booked]) => kind !== 'booking' || booked !== date);
      return [];
    }
    if (/^insert into "awsdatacatalog"\."lake"\."bookings"/.test(sql)) return this.#announce(sql);
    const kept = /^(?:create table|insert into) \S*"(stage_[^"]+)"/.exec(sql)?.[1];
    if (kept !== undefined) this.#keep(kept, sql);
    if (/^select path, count\(\*\), min/.test(sql)) return this.#describe(sql);
    if (/^select count\(\*\), count\(\*\) filter/.test(sql)) {
      const lines = this.#kept.get(/"(stage_[^"]+)"/.exec(sql)?.[1] ?? '') ?? 0;
      return [[lines, 0, 0, lines]];
    }
    if (/^select count\(\*\) from \(select tenant_id/.test(sql)) return [[sum(this.#read(sql))]];
    if (/^select sum\(counted\)/.test(sql)) return [[1, 0]];
    if (/^select \(select count/.test(sql)) return [[this.again.length, 1]];
    if (/^select count\(\*\) from/.test(sql)) return [[this.again.length]];
    if (/^select distinct emitter, date_format/.test(sql)) return this.again;
    return [];
  }

  #announce(sql: string): readonly [] {
    const values = [...sql.matchAll(/cast\(('[^']*'|\d+|"[a-z]+") as/g)].map(([, value = '']) => value);
    const of = (name: string): string =>
      values[BOOKINGS_TABLE.columns.findIndex((column) => column.name === name)]?.replaceAll("'", '') ?? '';
    const finished = /timestamp '([^']+)'/.exec(sql)?.[1];
    const [kind, date, attempt] = [of('kind'), of('booked_date'), of('attempt')];
    this.bookings.push([
      kind,
      date,
      Number(of('manifest')),
      attempt,
      `${finished}Z`,
      Number(of('rows')),
      Number(of('events')),
    ]);
    return [];
  }

  /** Lines are counted of what a booking's own objects are read from: the first of a statement, or what was copied before. */
  #keep(name: string, sql: string): void {
    const copied = /_lines$/.test(name) ? /"(stage_[^"]+_copied)"/.exec(sql)?.[1] : undefined;
    const read = this.#read(sql);
    const lines =
      copied === undefined ? (/_copied$/.test(name) ? sum(read) : (read[0] ?? 0)) : (this.#kept.get(copied) ?? 0);
    this.#kept.set(name, (this.#kept.get(name) ?? 0) + lines);
  }

  #describe(sql: string): readonly (readonly unknown[])[] {
    return pathsIn(/"\$path" in \(([^)]*)\)/.exec(sql)?.[1]).flatMap((path) => {
      const object = this.there.get(path);
      if (object === undefined || object.rows === 0) return [];
      const { rows, id_hour_min: least, id_hour_max: greatest } = object;
      return [[`${LOCATION}${path}`, rows, least, greatest, least, 1]];
    });
  }

  /** Lines that each reading of objects in a statement finds. */
  #read(sql: string): readonly number[] {
    const reading =
      /from "lake"\."events(_compacted)?"\s+where tenant_id in \([^)]*\)\s+and dt in \([^)]*\)\s+and "\$path" in \(([^)]*)\)(?:\s+and origin_object in \(([^)]*)\))?/g;
    return [...sql.matchAll(reading)].map(([, isCompacted, files, origins]) => {
      if (isCompacted === undefined) return sum(pathsIn(files).map((path) => this.there.get(path)?.rows ?? 0));
      const asked = new Set(pathsIn(origins));
      const held = pathsIn(files).flatMap((file) => this.compacted.get(file) ?? []);
      return sum(held.filter((path) => asked.has(path)).map((path) => this.ever.get(path)?.rows ?? 0));
    });
  }
}

function pathsIn(list = ''): readonly string[] {
  return [...list.matchAll(/'([^']*)'/g)].map(([, path = '']) =>
    path.startsWith(LOCATION) ? path.slice(LOCATION.length) : path,
  );
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
