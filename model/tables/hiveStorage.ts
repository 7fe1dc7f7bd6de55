import type { HiveTable, Projection } from './HiveTable.js';

/** How files of a format are read: class names of Hive, which Glue and Athena know them by. */
export interface HiveStorage {
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serializationLibrary: string;
}

const STORAGE: Readonly<Record<HiveTable['format'], HiveStorage>> = {
  parquet: {
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
  },
  json: {
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    // OpenX's: Hive's own takes a blank line for an error.
    serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
  },
};

/** How the files of a table are read. */
export function hiveStorage(table: HiveTable): HiveStorage {
  return STORAGE[table.format];
}

/** The properties of a table in Glue, `projection.*` among them. Trino reads the same ones from a Hive metastore or Glue. */
export function hiveProperties(table: HiveTable): Readonly<Record<string, string>> {
  const properties: Record<string, string> = { EXTERNAL: 'TRUE', classification: table.format };
  if (table.partitions.length === 0) return properties;
  properties['projection.enabled'] = 'true';
  for (const { name, projection } of table.partitions) {
    for (const [key, value] of Object.entries(projectionOf(projection)))
      properties[`projection.${name}.${key}`] = value;
  }
  properties['storage.location.template'] = locationTemplate(table);
  return properties;
}

/** Where a partition lies, with `${column}` for each value. */
export function locationTemplate({ location, partitions }: HiveTable): string {
  return [location, ...partitions.map(({ name }) => `${name}=\${${name}}`)].join('/');
}

function projectionOf(projection: Projection): Readonly<Record<string, string>> {
  if (projection.type === 'injected') return { type: 'injected' };
  const every = { interval: '1', 'interval.unit': 'DAYS' };
  return { type: 'date', range: projection.range.join(','), format: 'yyyy-MM-dd', ...every };
}
