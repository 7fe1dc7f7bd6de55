/** How the catalogue of a lake is set up, as docs/reports.md tells users to: everything but where the lake is. */
export const CATALOG_PROPERTIES: readonly string[] = [
  'connector.name=hive',
  'hive.metastore=file',
  'hive.metastore.catalog.dir=local:///.staging/trino',
  'fs.native-local.enabled=true',
  'hive.recursive-directories=true',
  'hive.partition-projection-enabled=true',
  'hive.ignore-absent-partitions=true',
  'hive.domain-compaction-threshold=2000',
];

/** What the tests over a folder are given: the lake's catalogue, and one for ledgers, both below `root`. */
export function localCatalogs(root: string): Readonly<Record<string, readonly string[]>> {
  return {
    lake: [...CATALOG_PROPERTIES, `local.location=${root}`],
    iceberg: [
      'connector.name=iceberg',
      'iceberg.catalog.type=TESTING_FILE_METASTORE',
      'hive.metastore.catalog.dir=local:///.staging/iceberg',
      'fs.native-local.enabled=true',
      `local.location=${root}`,
    ],
  };
}
