import type { Manifest } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { lakePath } from '../../engines/trino/lakeTables.js';

/** The table an engine reads a lake's objects through. A statement has to name the partitions it reads, and names the files. */
export interface ObjectTable {
  /** Its name in a statement. */
  readonly name: string;
  /** The lake as the engine sees it: `s3://bucket/prefix`, `local:///`. */
  readonly location: string;
  /** Files one statement names at most; a thousand when it is left out. */
  readonly longestList?: number;
}

/** An object of a lake, as far as reading it goes. */
export type ReadObject = Pick<Manifest['objects'][number], 'object' | 'emitter' | 'dt' | 'rows'>;

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

/** Objects in lists that one statement can name, near ones together. */
export function objectBatches(
  objects: readonly ReadObject[],
  { location, longestList = LONGEST_LIST }: ObjectTable,
): readonly (readonly ReadObject[])[] {
  const inOrder = [...objects].sort(
    (a, b) => compare(a.dt, b.dt) || compare(a.emitter, b.emitter) || compare(a.object, b.object),
  );
  const batches: ReadObject[][] = [];
  let [bytes, emitters, dates] = [0, new Set<string>(), new Set<string>()];
  for (const object of inOrder) {
    const size = sqlText(lakePath(location, object.object)).length + 2;
    const partitions = new Set([...emitters, object.emitter]).size * new Set([...dates, object.dt]).size;
    const last = batches.at(-1);
    const full = last === undefined || last.length >= longestList || bytes + size > MOST_BYTES;
    if (full || partitions > MOST_PARTITIONS) {
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

/** The rows of one batch of objects: these columns, and as `path` the file each lies in. */
export function readObjects(table: ObjectTable, objects: readonly ReadObject[], columns: readonly string[]): string {
  const [first] = objects;
  const list = ['tenant_id as emitter', 'dt', '"$path" as path', ...columns].join(', ');
  if (first === undefined) throw new Error('no object to read');
  return `select ${list} from ${table.name} where tenant_id in (${texts(objects.map(({ emitter }) => emitter))})
    and dt in (${texts(objects.map(({ dt }) => dt))})
    and "$path" in (${texts(objects.map(({ object }) => lakePath(table.location, object)))})`;
}

const texts = (values: readonly string[]): string => [...new Set(values)].sort().map(sqlText).join(', ');
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
