import type { DeployTarget } from './deployApp.js';

/** The catalogue a deployed lake's tables are in, under the name Athena has for it. */
export const GLUE_CATALOG = 'awsdatacatalog';
/** The same databases, for statements that make Iceberg tables: Trino has a connector for each kind. */
export const ICEBERG_CATALOG = 'iceberg';

/**
 * Trino's catalogues over the Glue and the S3 of a local AWS. Each hands tables of the other's kind on, so that one database
 * has the tables of lines and those of the ledger, as on Athena, and a statement finds them by the names it has for Athena.
 * Tables are read by the properties of Athena's own that the stacks gave them.
 */
export function glueCatalogs({
  endpoint,
  region,
  credentials,
}: DeployTarget): Readonly<Record<string, readonly string[]>> {
  const glue = [
    `hive.metastore.glue.endpoint-url=${endpoint}`,
    `hive.metastore.glue.region=${region}`,
    `hive.metastore.glue.aws-access-key=${credentials.accessKeyId}`,
    `hive.metastore.glue.aws-secret-key=${credentials.secretAccessKey}`,
    'fs.native-s3.enabled=true',
    `s3.endpoint=${endpoint}`,
    `s3.region=${region}`,
    's3.path-style-access=true',
    `s3.aws-access-key=${credentials.accessKeyId}`,
    `s3.aws-secret-key=${credentials.secretAccessKey}`,
  ];
  return {
    [GLUE_CATALOG]: [
      'connector.name=hive',
      'hive.metastore=glue',
      ...glue,
      // Firehose, and MiniStack's always, puts folders of hours below a partition.
      'hive.recursive-directories=true',
      'hive.partition-projection-enabled=true',
      `hive.iceberg-catalog-name=${ICEBERG_CATALOG}`,
    ],
    [ICEBERG_CATALOG]: [
      'connector.name=iceberg',
      'iceberg.catalog.type=glue',
      ...glue,
      `iceberg.hive-catalog-name=${GLUE_CATALOG}`,
    ],
  };
}
