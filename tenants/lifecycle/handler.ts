import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { AppError } from '../../model/index.js';
import { dynamoHome } from '../homes/dynamoHome.js';
import { bucketFiles } from './bucketFiles.js';
import { type BatchAnswer, createLifecycleHandler } from './lifecycleHandler.js';
import { sendWelcome } from './sendWelcome.js';
import { sidecarSettingsSchema } from './sidecarSettings.js';

/** The handler the environment describes. Throws CONFIG_INVALID for a variable that is missing. */
function openHandler(env: Readonly<Record<string, string | undefined>>): (event: unknown) => Promise<BatchAnswer> {
  const given = (name: string): string => {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
    throw new AppError('CONFIG_INVALID', `${name} is not set`, { expected: 'what the stack sets it to' });
  };
  const table = given('TENANTSCOPE_TABLE');
  const dynamo = new DynamoDBClient({});
  const clock = (): number => Date.now();
  const from = env.TENANTSCOPE_MAIL_FROM;
  const sender =
    from === undefined ? undefined : { table, dynamo, ses: new SESv2Client({ maxAttempts: 1 }), from, clock };
  return createLifecycleHandler(
    {
      read: dynamoHome(dynamo, table).read,
      files: bucketFiles(new S3Client({}), given('TENANTSCOPE_BUCKET')),
      sidecar: sidecarSettingsSchema.parse(JSON.parse(given('TENANTSCOPE_SIDECAR'))),
      prefix: given('TENANTSCOPE_PREFIX'),
      region: given('AWS_REGION'),
      clock,
      ...(sender === undefined ? {} : { welcome: (tenant, id, mail) => sendWelcome(sender, tenant, id, mail) }),
    },
    (entry) => console.log(JSON.stringify(entry)),
  );
}

let handle: ((event: unknown) => Promise<BatchAnswer>) | undefined;

/** What Lambda calls with messages of the queue. */
export async function handler(event: unknown): Promise<BatchAnswer> {
  handle ??= openHandler(process.env);
  return handle(event);
}
