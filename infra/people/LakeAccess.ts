import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { viaService } from '../viaService.js';
import { resultsOf } from './Workgroups.js';

/** A prefix of a bucket, without a slash at its end. `${aws:PrincipalTag/…}` may stand in it. */
type Prefix = string;

/** Statements that let a role read and query a lake, each as narrow as it can be said. */
export class LakeAccess {
  readonly #scope: IConstruct;
  readonly #key: Key;
  readonly #database: string;
  readonly #data: Bucket;
  readonly #results: Bucket;

  constructor(
    scope: IConstruct,
    { key, database, data, results }: { key: Key; database: string; data: Bucket; results: Bucket },
  ) {
    this.#scope = scope;
    this.#key = key;
    this.#database = database;
    this.#data = data;
    this.#results = results;
  }

  /** Lists and reads objects below these prefixes. */
  reading(bucket: Bucket, prefixes: readonly Prefix[]): readonly PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: `List${bucket.node.id}`,
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) } },
      }),
      new PolicyStatement({
        sid: `Read${bucket.node.id}`,
        actions: ['s3:GetObject'],
        resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
      }),
    ];
  }

  /** Asks in a workgroup, reads what its tables are, and its results. `*` in the name is no wildcard here. */
  querying(workgroup: string, tables: readonly string[]): readonly PolicyStatement[] {
    const stack = Stack.of(this.#scope);
    return [
      new PolicyStatement({
        sid: 'Query',
        actions: [
          ...['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'BatchGetQueryExecution'],
          ...['GetQueryResults', 'ListQueryExecutions', 'GetWorkGroup'],
          ...['GetNamedQuery', 'BatchGetNamedQuery', 'ListNamedQueries'],
        ].map((action) => `athena:${action}`),
        resources: [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroup })],
      }),
      new PolicyStatement({
        sid: 'ReadTables',
        actions: ['glue:GetDatabase', 'glue:GetTable'],
        resources: [
          this.#glue('catalog'),
          this.#glue(`database/${this.#database}`),
          ...tables.map((table) => this.#glue(`table/${this.#database}/${table}`)),
        ],
      }),
      // Where a table's files lie is asked of Athena, before a statement is sent: to say what it will read, and where the ledger's log is.
      new PolicyStatement({
        sid: 'FindLake',
        actions: ['athena:GetTableMetadata'],
        resources: [stack.formatArn({ service: 'athena', resource: 'datacatalog', resourceName: 'AwsDataCatalog' })],
      }),
      // Athena does both as whoever asks: of the bucket it reads and of the one it writes to.
      new PolicyStatement({
        sid: 'FindBuckets',
        actions: ['s3:GetBucketLocation'],
        resources: [this.#data.bucketArn, this.#results.bucketArn],
      }),
      new PolicyStatement({
        sid: 'ListResults',
        actions: ['s3:ListBucket'],
        resources: [this.#results.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${resultsOf(workgroup)}/*` } },
      }),
      new PolicyStatement({
        sid: 'Results',
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: [this.#results.arnForObjects(`${resultsOf(workgroup)}/*`)],
      }),
      this.encryption(),
    ];
  }

  /** The names of all tables, of which `information_schema` is made: whoever opens the ledger asks which of it there are. */
  namingTables(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ListTables',
      actions: ['glue:GetTables', 'glue:GetDatabases'],
      resources: [
        this.#glue('catalog'),
        this.#glue(`database/${this.#database}`),
        this.#glue(`table/${this.#database}/*`),
      ],
    });
  }

  /** The lake's key, through S3 alone. */
  encryption(): PolicyStatement {
    return new PolicyStatement({
      sid: 'LakeKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [this.#key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService(Stack.of(this.#scope), 's3') } },
    });
  }

  #glue(resource: string): string {
    return Stack.of(this.#scope).formatArn({ service: 'glue', resource });
  }
}
