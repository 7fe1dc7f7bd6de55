import type { IcebergTable } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { type IcebergPlace, quoted, tableIn } from './IcebergPlace.js';
import { icebergType } from './icebergDdl.js';

/** Columns whose value is the same in every row written. */
export type Stamp = Readonly<Record<string, string | number>>;

/** The statement that writes the rows of a query into a table, stamped: one commit, whole or not at all. */
export function insertRows(place: IcebergPlace, table: IcebergTable, query: string, stamp: Stamp): string {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ');
  const values = table.columns.map(({ name, type }) => {
    const stamped = stamp[name];
    const value = stamped === undefined ? quoted(name) : typeof stamped === 'number' ? stamped : sqlText(stamped);
    return `cast(${value} as ${icebergType(type)})`;
  });
  return `insert into ${tableIn(place, table.name)} (${names}) select ${values.join(', ')} from (${query})`;
}
