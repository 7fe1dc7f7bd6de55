import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { Cell } from '../settings/cellsOf.js';
import { viaService } from '../viaService.js';

/**
 * Statements that let a role put records back on the cells' streams. Streams and their keys are made after the roles, so they are
 * named: a stream by its ARN, a key by its alias, since nobody knows its ARN before it is there.
 */
export class StreamAccess {
  /** Wildcards of the statements of a role, as cdk-nag names them, and of the boundary's. */
  readonly wildcards: readonly string[] = ['arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*'];
  readonly boundaryWildcards: readonly string[];
  readonly #stack: Stack;
  readonly #prefix: string;
  readonly #cells: readonly Cell[];

  constructor(scope: IConstruct, { prefix, cells }: { readonly prefix: string; readonly cells: readonly Cell[] }) {
    this.#stack = Stack.of(scope);
    this.#prefix = prefix;
    this.#cells = cells;
    this.boundaryWildcards = [
      ...this.wildcards,
      `arn:<AWS::Partition>:firehose:<AWS::Region>:<AWS::AccountId>:deliverystream/${prefix}-*`,
      `arn:<AWS::Partition>:kinesis:<AWS::Region>:<AWS::AccountId>:stream/${prefix}-*`,
    ];
  }

  /** Asks which stream a delivery reads, and puts records on it. */
  putting(): readonly PolicyStatement[] {
    const names = this.#cells.map(({ id }) => `${this.#prefix}-${id}`);
    return [
      new PolicyStatement({
        sid: 'FindStreams',
        actions: ['firehose:DescribeDeliveryStream'],
        resources: names.map((name) => this.#arn('firehose', 'deliverystream', name)),
      }),
      new PolicyStatement({
        sid: 'PutAgain',
        actions: ['kinesis:PutRecords'],
        resources: this.#cells.map(({ stream }) => this.#arn('kinesis', 'stream', stream)),
      }),
      this.#encryption(names.map((name) => `alias/${name}`)),
    ];
  }

  /** The same for a boundary, whose length is limited: what of it stands in a role's own policy counts. */
  bound(): readonly PolicyStatement[] {
    const platform = this.#cells.find(({ id }) => id === 'platform')?.stream;
    return [
      new PolicyStatement({
        sid: 'Streams',
        actions: ['firehose:DescribeDeliveryStream', 'kinesis:PutRecords'],
        resources: [
          this.#arn('firehose', 'deliverystream', `${this.#prefix}-*`),
          this.#arn('kinesis', 'stream', `${this.#prefix}-*`),
          ...(platform === undefined ? [] : [this.#arn('kinesis', 'stream', platform)]),
        ],
      }),
      this.#encryption([`alias/${this.#prefix}-*`]),
    ];
  }

  #encryption(aliases: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      sid: 'StreamKeys',
      actions: ['kms:GenerateDataKey'],
      resources: [this.#arn('kms', 'key', '*')],
      conditions: {
        StringEquals: { 'kms:ViaService': viaService(this.#stack, 'kinesis') },
        'ForAnyValue:StringLike': { 'kms:ResourceAliases': aliases },
      },
    });
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return this.#stack.formatArn({ service, resource, resourceName });
  }
}
