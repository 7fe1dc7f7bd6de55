import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TABLE } from '../../tenants/index.js';
import { registryTable } from '../settings/registryTable.js';
import { viaService } from '../viaService.js';

/**
 * The registry's table (tenants/homes/tableLayout.ts), and the policy of those who change it: its items one by one or by partition, never
 * the whole table, nor what was mailed, but that an imported tenant needs no mail.
 */
export class RegistryTable extends Construct {
  readonly table: Table;
  /** Of its stream, which has a change's item before and after. */
  readonly streamArn: string;

  constructor(scope: Construct, id: string, { prefix, key }: { readonly prefix: string; readonly key: Key }) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: registryTable(prefix),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.streamArn = this.table.tableStreamArn ?? '';
    // Whoever may read the table reads it, as with DynamoDB's own key: jobs are granted the table by its name, before this key is there.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'ReadersOfTheTable',
        principals: [new AnyPrincipal()],
        actions: ['kms:Decrypt', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          StringEquals: {
            'kms:CallerAccount': this.table.stack.account,
            'kms:ViaService': viaService(this.table.stack, 'dynamodb'),
          },
        },
      }),
    );
    new ManagedPolicy(this, 'Registrar', {
      managedPolicyName: `${prefix}-registrar`,
      description: 'Registers and changes tenants (tenantscope tenant …), and nothing else.',
      statements: [
        new PolicyStatement({
          sid: 'ReadRegistry',
          actions: ['dynamodb:GetItem', 'dynamodb:Query'],
          resources: [this.table.tableArn],
          conditions: keysOf(['registry']),
        }),
        new PolicyStatement({
          sid: 'ChangeRegistry',
          actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
          resources: [this.table.tableArn],
          conditions: keysOf(['registry', TABLE.claims, TABLE.sent]),
        }),
        encryption(key),
      ],
    });
  }
}

/** Only items of these partitions. */
export const keysOf = (partitions: readonly string[]): Record<string, Record<string, readonly string[]>> => ({
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partitions },
});

/** What whoever uses a table has to be let do with its key, through DynamoDB alone. */
export function encryption(key: Key): PolicyStatement {
  return new PolicyStatement({
    sid: 'TableKey',
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': viaService(key.stack, 'dynamodb') } },
  });
}
