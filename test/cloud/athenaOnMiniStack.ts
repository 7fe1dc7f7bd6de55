import {
  AthenaClient,
  BatchGetQueryExecutionCommand,
  CreateWorkGroupCommand,
  ListQueryExecutionsCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { AthenaOptions } from '../../queries/engines/athena/AthenaOptions.js';
import { type AthenaEngine, openAthena } from '../../queries/engines/athena/openAthena.js';
import type { RunningMiniStack } from './startMiniStack.js';

/** A workgroup of its own on the local AWS, seen from outside the engine under test. */
export interface Workgroup {
  readonly name: string;
  /** Where the workgroup puts results; none when it was made without. */
  readonly output: string;
  readonly s3: S3Client;
  /** An engine as users get it: its own clients, found by the environment alone. */
  open(options?: Partial<AthenaOptions>): AthenaEngine;
  /** What the server says of every query of the workgroup. */
  executions(): Promise<readonly QueryExecution[]>;
  close(): void;
}

/** The environment that leads the SDK's clients, and so the command, to the local AWS. */
export function environmentOf(server: Omit<RunningMiniStack, 'stop'>): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: server.region,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
}

/** Makes a workgroup and the bucket its results go to. */
export async function createWorkgroup(server: Omit<RunningMiniStack, 'stop'>, name: string): Promise<Workgroup> {
  Object.assign(process.env, environmentOf(server));
  const athena = new AthenaClient();
  const s3 = new S3Client();
  const bucket = `results-${name}`;
  const output = `s3://${bucket}/of a run/`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const Configuration = { ResultConfiguration: { OutputLocation: output } };
  await athena.send(new CreateWorkGroupCommand({ Name: name, Configuration }));
  return {
    name,
    output,
    s3,
    open: (options = {}) => openAthena({ database: 'lake', workgroup: name, ...options }),
    executions: async () => {
      const { QueryExecutionIds: ids = [] } = await athena.send(new ListQueryExecutionsCommand({ WorkGroup: name }));
      if (ids.length === 0) return [];
      const answer = await athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }));
      return answer.QueryExecutions ?? [];
    },
    close: () => {
      athena.destroy();
      s3.destroy();
    },
  };
}
