import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from '../settings/readSettings.js';
import { LakeBuckets } from './LakeBuckets.js';
import { LakeTables } from './LakeTables.js';
import { ObjectEvents } from './ObjectEvents.js';

/** What a lake is made with. */
export interface LakeStackProps extends StackProps {
  readonly settings: Settings;
}

/** The lake of all cells: its key, its buckets, its tables. Deployed before any cell, and never deleted with its stack. */
export class LakeStack extends Stack {
  readonly key: Key;
  readonly buckets: LakeBuckets;
  readonly tables: LakeTables;
  /** Told of every object that is created among the events. */
  readonly objectEvents: Queue;
  /** The names under which other stacks import the buckets' ARNs. */
  readonly exported: Readonly<Record<'data' | 'results' | 'exports', string>>;

  constructor(scope: Construct, id: string, { settings, ...props }: LakeStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: lake, its key and its tables' });
    const { deployment } = settings;
    this.key = new Key(this, 'Key', {
      alias: `alias/${deployment.prefix}-lake`,
      description: 'tenantscope: everything at rest in the lake',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.buckets = new LakeBuckets(this, 'Buckets', { retention: deployment.retention, key: this.key });
    this.objectEvents = new ObjectEvents(this, 'ObjectEvents', {
      prefix: deployment.prefix,
      data: this.buckets.data,
    }).queue;
    this.tables = new LakeTables(this, 'Tables', {
      database: databaseOf(settings),
      data: this.buckets.data,
      firstDate: deployment.first_date,
    });
    const nameOf = ({ bucketArn }: Bucket): string => {
      const imported: { readonly 'Fn::ImportValue': string } = this.resolve(this.exportValue(bucketArn));
      return imported['Fn::ImportValue'];
    };
    const { data, results, exports } = this.buckets;
    this.exported = { data: nameOf(data), results: nameOf(results), exports: nameOf(exports) };
    for (const [name, value] of Object.entries({
      LakeUrl: this.buckets.data.s3UrlForObject(),
      ResultsUrl: this.buckets.results.s3UrlForObject(),
      ExportsUrl: this.buckets.exports.s3UrlForObject(),
      DatabaseName: this.tables.database,
      ObjectEventsUrl: this.objectEvents.queueUrl,
    })) {
      new CfnOutput(this, name, { value });
    }
  }
}

/** The database reports are asked in, where tenantscope.yaml names one. */
function databaseOf({ config, deployment }: Settings): string {
  return config.engine.athena?.database ?? deployment.prefix.replaceAll('-', '_');
}
