import type { ObjectStore } from './ObjectStore.js';

/** A store in a table of DynamoDB, `dynamodb://table` or `dynamodb://table/prefix`; its client is loaded only here. */
export async function loadDynamoStore(url: string): Promise<ObjectStore> {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { dynamoStore } = await import('./dynamoStore.js');
  const [table = '', ...prefix] = url.slice('dynamodb://'.length).split('/');
  return dynamoStore({ client: new DynamoDBClient({}), table, prefix: prefix.join('/') });
}
