import { dynamoDbReader } from './dynamoDbReader.js';
import { lambdaReader } from './lambdaReader.js';
import type { ServiceReader } from './ServiceReader.js';
import { s3Reader } from './s3Reader.js';
import { sesReader } from './sesReader.js';
import { snsReader } from './snsReader.js';
import { sqsReader } from './sqsReader.js';

/** Readers by the SDK's `serviceId`. */
export const READERS: ReadonlyMap<string, ServiceReader> = new Map([
  ['DynamoDB', dynamoDbReader],
  ['S3', s3Reader],
  ['SQS', sqsReader],
  ['SNS', snsReader],
  ['SES', sesReader],
  ['SESv2', sesReader],
  ['Lambda', lambdaReader],
]);
