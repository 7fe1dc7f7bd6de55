import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** Name of the table that incidents and deliveries are kept in: what `detection.state` names on the command line. */
export const alertsTableName = (prefix: string): string => `${prefix}-alerts`;

/**
 * The tables of the jobs: `alerts`, with incidents, silences and deliveries, and `jobs`, with what ran when and who is at it. Both
 * have the keys of the project's store (queries/store/dynamoStore.ts), which removes by itself what it does not need: nothing
 * expires. They can be had back as of any second of the last 35 days, and stay when the stack goes.
 */
export class JobTables extends Construct {
  readonly alerts: Table;
  readonly jobs: Table;

  constructor(scope: Construct, id: string, { prefix, key }: { readonly prefix: string; readonly key: Key }) {
    super(scope, id);
    const table = (name: string, tableName: string): Table =>
      new Table(this, name, {
        tableName,
        partitionKey: { name: 'folder', type: AttributeType.STRING },
        sortKey: { name: 'name', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: key,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: true,
        removalPolicy: RemovalPolicy.RETAIN,
      });
    this.alerts = table('Alerts', alertsTableName(prefix));
    this.jobs = table('Jobs', `${prefix}-jobs`);
  }
}
