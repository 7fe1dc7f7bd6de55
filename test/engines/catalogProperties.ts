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
