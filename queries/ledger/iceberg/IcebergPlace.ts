/** Where the tables of a ledger in Iceberg are, and who runs its statements. */
export type IcebergPlace =
  | {
      readonly dialect: 'trino';
      readonly catalog: string;
      readonly schema: string;
      /** The same, where the schema has no place of its own; left out, the schema's. */
      readonly warehouse?: string;
    }
  | {
      readonly dialect: 'athena';
      readonly catalog: string;
      readonly schema: string;
      /** `s3://bucket/prefix` without a slash at its end: Athena has to be told where a table lies. */
      readonly warehouse: string;
    };

/** A table's name in a statement. */
export function tableIn(place: IcebergPlace, table: string): string {
  return [place.catalog, place.schema, table].map(quoted).join('.');
}

/** An identifier in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
