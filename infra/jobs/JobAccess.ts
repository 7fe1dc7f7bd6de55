import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Stack } from 'aws-cdk-lib/core';
import { LAKE } from '../../model/index.js';
import type { LakeStack } from '../lake/LakeStack.js';
import { LakeAccess } from '../people/LakeAccess.js';
import { LEDGER_NAMES } from '../people/ledgerNames.js';
import { workgroupName } from '../people/Workgroups.js';
import { viaService } from '../viaService.js';
import type { JobTables } from './JobTables.js';

/** Folder of everything the ledger has in the lake: its log, its tables, its leases. */
const LEDGER = 'ledger';
const LINES = [LAKE.events, LAKE.compacted] as const;
/** Tables of one attempt at a booking, and of identities whose lines are gone: made and removed by the jobs. */
const PASSING_NAMES = ['stage_*', 'booked_ids'];

/** What the statements of jobs are made for. */
export interface JobAccessProps {
  readonly prefix: string;
  readonly lake: LakeStack;
  readonly tables: JobTables;
  /** Whether Athena computes: nobody else needs its permissions. */
  readonly onAthena: boolean;
}

/** Statements of the jobs' roles, each as narrow as it can be said. */
export class JobAccess {
  readonly #scope: Stack;
  readonly #props: JobAccessProps;
  readonly #lake: LakeAccess;

  constructor(scope: Stack, props: JobAccessProps) {
    this.#scope = scope;
    this.#props = props;
    const { key, buckets, tables } = props.lake;
    this.#lake = new LakeAccess(scope, {
      ...{ key, database: tables.database, data: buckets.data, results: buckets.results },
    });
  }

  /** Every job: which of its runs were made, and the lake's key through S3 and DynamoDB. */
  common(): readonly PolicyStatement[] {
    return [this.#items('Runs', this.#props.tables.jobs.tableArn), this.#lake.encryption(), this.#tableKey()];
  }

  /** Asks the ledger and reads its log; sees which objects there are, and not what is in them. */
  readingLedger(): readonly PolicyStatement[] {
    const { data } = this.#props.lake.buckets;
    return [
      ...this.#asking(LEDGER_NAMES),
      this.#listing(data),
      this.#objects('ReadLedger', data, ['GetObject'], [LEDGER]),
    ];
  }

  /** Makes the ledger of the lines: reads both, writes the ledger's tables and log alone. */
  makingLedger(): readonly PolicyStatement[] {
    const { data } = this.#props.lake.buckets;
    return [
      ...this.#asking([...LEDGER_NAMES, ...LINES]),
      ...this.#changingTables(),
      this.#listing(data),
      this.#objects('ReadLake', data, ['GetObject'], [LEDGER, ...LINES]),
      this.#objects('WriteLedger', data, WRITING, [LEDGER]),
    ];
  }

  /** Takes what is told of created objects, and removes what it has taken. */
  takingEvents(): readonly PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'TakeEvents',
        actions: ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].map(
          (action) => `sqs:${action}`,
        ),
        resources: [this.#props.lake.objectEvents.queueArn],
      }),
    ];
  }

  /** Keeps ledger and lake small: besides, rewrites lines and removes them, and removes quarantined records, which it may not read. */
  maintaining(): readonly PolicyStatement[] {
    const { data } = this.#props.lake.buckets;
    return [
      ...this.#asking([...LEDGER_NAMES, ...LINES]),
      ...this.#changingTables(),
      this.#listing(data),
      this.#objects('ReadLake', data, ['GetObject'], [LEDGER, ...LINES]),
      this.#objects('WriteLake', data, WRITING, [LEDGER, LAKE.compacted]),
      this.#objects('Retention', data, ['DeleteObject'], [LAKE.events, LAKE.errors]),
    ];
  }

  /** Writes billing exports, and never removes one. */
  exporting(): readonly PolicyStatement[] {
    const { exports } = this.#props.lake.buckets;
    return [
      this.#listing(exports),
      new PolicyStatement({
        sid: 'Exports',
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'],
        resources: [exports.arnForObjects('*')],
      }),
    ];
  }

  /** Keeps incidents and what became of telling them. */
  keepingIncidents(): readonly PolicyStatement[] {
    return [this.#items('Incidents', this.#props.tables.alerts.tableArn)];
  }

  #asking(tables: readonly string[]): readonly PolicyStatement[] {
    if (!this.#props.onAthena) return [];
    return [
      ...this.#lake
        .querying(workgroupName(this.#props.prefix, 'ledger'), tables)
        // Every job has it, whoever computes.
        .filter(({ sid }) => sid !== 'LakeKey'),
      this.#lake.namingTables(),
    ];
  }

  #changingTables(): readonly PolicyStatement[] {
    if (!this.#props.onAthena) return [];
    return [
      new PolicyStatement({
        sid: 'LedgerTables',
        actions: ['glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable'],
        resources: [
          this.#glue('catalog'),
          this.#glue(`database/${this.#database}`),
          ...[...LEDGER_NAMES, ...PASSING_NAMES].map((name) => this.#glue(`table/${this.#database}/${name}`)),
        ],
      }),
    ];
  }

  /** Of the whole bucket: to whoever may not list it, S3 answers that an object which is not there is forbidden. */
  #listing(bucket: Bucket): PolicyStatement {
    return new PolicyStatement({
      sid: `List${bucket.node.id}`,
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    });
  }

  #objects(sid: string, bucket: Bucket, actions: readonly string[], prefixes: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      sid,
      actions: actions.map((action) => `s3:${action}`),
      resources: prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`)),
    });
  }

  #items(sid: string, table: string): PolicyStatement {
    return new PolicyStatement({
      sid,
      actions: ['GetItem', 'PutItem', 'DeleteItem', 'Query'].map((action) => `dynamodb:${action}`),
      resources: [table],
    });
  }

  #tableKey(): PolicyStatement {
    return new PolicyStatement({
      sid: 'TableKey',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      resources: [this.#props.lake.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService(this.#scope, 'dynamodb') } },
    });
  }

  get #database(): string {
    return this.#props.lake.tables.database;
  }

  #glue(resource: string): string {
    return this.#scope.formatArn({ service: 'glue', resource });
  }
}

const WRITING = ['PutObject', 'DeleteObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'];
