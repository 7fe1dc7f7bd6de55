import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  type Column,
  errorTable,
  eventTable,
  type HiveTable,
  hiveProperties,
  hiveStorage,
  hiveType,
  LAKE,
  ORIGIN_COLUMNS,
} from '../../model/index.js';

/** Where the tables' files are. */
export interface LakeTablesProps {
  /** Name of the Glue database: lower case letters, digits and `_`. */
  readonly database: string;
  readonly data: Bucket;
  /** First UTC date that can be asked for. */
  readonly firstDate: string;
}

/**
 * The Glue database and its tables of files, made of the same definitions that the transform writes by and the engines read
 * by: `events`, `events_compacted`, `errors`. The ledger's tables are Iceberg, whose first build makes them: their columns
 * change by statements that keep what is in them, which CloudFormation does not know.
 */
export class LakeTables extends Construct {
  readonly database: string;
  /** What Firehose converts lines by. */
  readonly events: CfnTable;

  constructor(scope: Construct, id: string, { database: name, data, firstDate }: LakeTablesProps) {
    super(scope, id);
    this.database = name;
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name, description: 'tenantscope: events, quarantine and the usage ledger' },
    });
    const table = (construct: string, hive: HiveTable): CfnTable => {
      const made = new CfnTable(this, construct, {
        catalogId: Stack.of(this).account,
        databaseName: name,
        tableInput: tableInput(hive),
      });
      made.addResourceDependency(database);
      return made;
    };
    // A clock ahead of Athena's must not make a partition invisible.
    const dates = [firstDate, 'NOW+1DAYS'] as const;
    this.events = table('Events', eventTable(data.s3UrlForObject(LAKE.events), dates));
    const compacted = eventTable(data.s3UrlForObject(LAKE.compacted), dates);
    table('EventsCompacted', {
      ...compacted,
      name: 'events_compacted',
      columns: [...compacted.columns, ...ORIGIN_COLUMNS],
    });
    table('Errors', errorTable(data.s3UrlForObject(LAKE.errors)));
  }
}

function tableInput(table: HiveTable): CfnTable.TableInputProperty {
  const { inputFormat, outputFormat, serializationLibrary } = hiveStorage(table);
  return {
    name: table.name,
    tableType: 'EXTERNAL_TABLE',
    parameters: hiveProperties(table),
    partitionKeys: table.partitions.map(glueColumn),
    storageDescriptor: {
      columns: table.columns.map(glueColumn),
      location: `${table.location}/`,
      inputFormat,
      outputFormat,
      serdeInfo: { serializationLibrary },
    },
  };
}

/** Glue takes comments of 255 characters. */
const glueColumn = ({ name, type, description }: Column): CfnTable.ColumnProperty => ({
  name,
  type: hiveType(type),
  comment: description.slice(0, 255),
});
