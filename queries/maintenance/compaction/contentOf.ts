import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS } from '../../../model/index.js';
import type { HeldIn } from '../../lake/ObjectIndex.js';
import { selectFiles } from '../../lake/selectRows.js';

/** Content of files by the object each row was delivered in: what makes two sets of files equal whatever their order. */
export type Content = ReadonlyMap<string, string>;

/**
 * The content of files: for each delivered object how many rows there are, how many different places they had in it, the
 * first and the last, and two sums over the hashes of place and all columns (addition and exclusive or, so that order makes
 * no difference and a row that is there twice does). Comparable within one process: the hash is the engine's own.
 */
export async function contentOf(
  connection: DuckDBConnection,
  lake: string,
  files: readonly HeldIn[],
): Promise<Content> {
  const columns = EVENT_COLUMNS.map(({ name }) => name).join(', ');
  const reader = await connection.runAndReadAll(`
    select origin_object, concat_ws(' ', count(*), count(distinct origin_row), min(origin_row), max(origin_row), sum(h), bit_xor(h))
    from (
      select origin_object, origin_row, hash(origin_row, tenant_id, dt, ${columns}) as h
      from (${await selectFiles(connection, lake, files, EVENT_COLUMNS)})
    ) group by origin_object`);
  return new Map(reader.getRows().map(([object, content]) => [String(object), String(content)]));
}

/** The objects whose content differs. */
export function differingObjects(one: Content, other: Content): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])]
    .filter((object) => one.get(object) !== other.get(object))
    .sort();
}
