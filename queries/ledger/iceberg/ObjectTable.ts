import type { Manifest } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import type { Partition } from '../checkpoint/earlierObjects.js';

/** The table an engine reads a lake's objects through. A statement has to name the partitions it reads, and names the files. */
export interface ObjectTable {
  /** Its name in a statement. */
  readonly name: string;
  /** The lake as the engine sees it: `s3://bucket/prefix`, `local:///`. */
  readonly location: string;
  /** Files one statement names at most; a thousand when it is left out. */
  readonly longestList?: number;
  /** Where lines of compacted objects are: such a table, with `origin_object`, and the files a lake has there, by path. */
  readonly compacted?: {
    readonly name: string;
    /** @param of the partitions that are looked at; all when it is left out */
    readonly files: (of?: readonly Partition[]) => Promise<readonly string[]>;
  };
}

/** An object of a lake, as far as reading it goes. */
export type ReadObject = Pick<Manifest['objects'][number], 'object' | 'emitter' | 'dt' | 'rows'> & {
  /** The compacted files its lines are in, together with others'; as delivered when left out. */
  readonly files?: readonly string[];
};

/** Trino turns a longer list into a range and reads everything in it (`hive.domain-compaction-threshold`). */
const LONGEST_LIST = 1000;
/** Partitions the values named in one statement can make at most, there or not: each is listed. */
const MOST_PARTITIONS = 2000;
/** Bytes of a list at most. Athena takes statements of 262,144 bytes. */
const MOST_BYTES = 100_000;

/** A statement of two such lists and what is done with them stays within Athena's limit. */
export function fitsOneStatement(objects: readonly ReadObject[], table: ObjectTable): boolean {
  return objectBatches(objects, table).length <= 1;
}

/** Objects in lists that one statement can name, near ones together, and compacted ones apart from delivered ones. */
export function objectBatches(
  objects: readonly ReadObject[],
  { location, longestList = LONGEST_LIST }: ObjectTable,
): readonly (readonly ReadObject[])[] {
  const inOrder = [...objects].sort(
    (a, b) =>
      Number(a.files !== undefined) - Number(b.files !== undefined) ||
      compare(a.dt, b.dt) ||
      compare(a.emitter, b.emitter) ||
      compare(a.object, b.object),
  );
  const batches: ReadObject[][] = [];
  let [bytes, emitters, dates] = [0, new Set<string>(), new Set<string>()];
  for (const object of inOrder) {
    const named = object.files === undefined ? [object.object] : [object.object, ...object.files];
    const size = named.reduce((sum, path) => sum + sqlText(lakePath(location, path)).length + 2, 0);
    const partitions = new Set([...emitters, object.emitter]).size * new Set([...dates, object.dt]).size;
    const last = batches.at(-1);
    const full = last === undefined || last.length >= longestList || bytes + size > MOST_BYTES;
    const apart = (last?.[0]?.files === undefined) !== (object.files === undefined);
    if (full || apart || partitions > MOST_PARTITIONS) {
      batches.push([object]);
      [bytes, emitters, dates] = [size, new Set([object.emitter]), new Set([object.dt])];
      continue;
    }
    last.push(object);
    emitters.add(object.emitter);
    dates.add(object.dt);
    bytes += size;
  }
  return batches;
}

/** The rows of one batch of objects: these columns, and as `path` the file each was delivered in. */
export function readObjects(table: ObjectTable, objects: readonly ReadObject[], columns: readonly string[]): string {
  const [first] = objects;
  if (first === undefined) throw new Error('no object to read');
  const select = (path: string, from: string, files: readonly string[]): string =>
    `select ${['tenant_id as emitter', 'dt', `${path} as path`, ...columns].join(', ')} from ${from}
    where tenant_id in (${texts(objects.map(({ emitter }) => emitter))})
    and dt in (${texts(objects.map(({ dt }) => dt))})
    and "$path" in (${texts(files.map((file) => lakePath(table.location, file)))})`;
  if (first.files === undefined) {
    return select(
      '"$path"',
      table.name,
      objects.map(({ object }) => object),
    );
  }
  if (table.compacted === undefined) throw new Error('no table of compacted objects');
  const delivered = `${sqlText(lakePath(table.location, ''))} || origin_object`;
  const rows = select(
    delivered,
    table.compacted.name,
    objects.flatMap(({ files = [] }) => files),
  );
  return `${rows}
    and origin_object in (${texts(objects.map(({ object }) => object))})`;
}

const texts = (values: readonly string[]): string => [...new Set(values)].sort().map(sqlText).join(', ');
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
