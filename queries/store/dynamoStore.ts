import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { AppError, messageOf } from '../../model/index.js';
import type { Cell, ObjectStore } from './ObjectStore.js';
import { statusOf } from './s3Failure.js';

/** What a DynamoDB store is made with. */
export interface DynamoStoreOptions {
  readonly client: DynamoDBClient;
  /** A table with the partition key `folder` and the sort key `name`, both strings. */
  readonly table: string;
  /** What all its keys begin with, so that several lakes share a table. */
  readonly prefix?: string;
}

/** Bytes of a text up to which it is one readable attribute; what is longer is compressed. */
const PLAIN_BYTES = 16 * 1024;
/** An item may have 400 KB, names included; a longer text lies in several. */
const PART_BYTES = 350 * 1024;
/** A reader that finds a text's parts gone looks again, so often: it was replaced meanwhile. */
const READS_AT_MOST = 20;

type Item = Record<string, AttributeValue>;

/**
 * A table of DynamoDB. Creation and replacement are conditional writes on a version that is new each time, so of any number at
 * once one wins, and a write whose answer was lost knows itself again. Reads are consistent. A text too long for one item is
 * written in parts of its own before the item that names them, and the parts of what was replaced are removed after it.
 */
export function dynamoStore({ client, table, prefix = '' }: DynamoStoreOptions): ObjectStore {
  const root = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const name = `dynamodb://${table}/${root}`.replace(/\/$/, '');
  const failed = (error: unknown, code: 'READ_FAILED' | 'WRITE_FAILED', key: string): AppError =>
    dynamoFailure(error, code, `${name}/${key}`);

  const get = async (folder: string, sort: string): Promise<Item | undefined> => {
    const Key = { folder: { S: folder }, name: { S: sort } };
    return (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  };
  const partsOf = async (key: string, version: string): Promise<readonly Item[]> => {
    const items: Item[] = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: '#f = :f',
        ExpressionAttributeNames: { '#f': 'folder' },
        ExpressionAttributeValues: { ':f': { S: partsFolder(root, key, version) } },
      },
    );
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  };
  const dropParts = async (key: string, version: string): Promise<void> => {
    for (const part of await partsOf(key, version)) {
      const Key = { folder: part.folder ?? { S: '' }, name: part.name ?? { S: '' } };
      await client.send(new DeleteItemCommand({ TableName: table, Key }));
    }
  };
  const read = async (key: string): Promise<Cell | undefined> => {
    try {
      for (let attempt = 1; attempt <= READS_AT_MOST; attempt += 1) {
        const item = await get(...split(root, key));
        if (item === undefined) return undefined;
        const version = item.version?.S ?? '';
        if (item.text?.S !== undefined) return { text: item.text.S, version };
        const parts = await partsOf(key, version);
        if (parts.length !== Number(item.parts?.N)) continue;
        const bytes = Buffer.concat(parts.map(({ body }) => body?.B ?? new Uint8Array()));
        return { text: gunzipSync(bytes).toString('utf8'), version };
      }
    } catch (error) {
      throw failed(error, 'READ_FAILED', key);
    }
    throw new AppError('READ_FAILED', 'a text of the table has lost its parts', { where: `${name}/${key}` });
  };
  /** The version written, or undefined when the condition does not hold. */
  const put = async (
    key: string,
    text: string,
    condition: Pick<PutItemCommandInput, 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<string | undefined> => {
    const version = randomUUID();
    const [folder, sort] = split(root, key);
    const head: Item = { folder: { S: folder }, name: { S: sort }, version: { S: version } };
    const parts = Buffer.byteLength(text) <= PLAIN_BYTES ? [] : cut(gzipSync(text));
    try {
      for (const [index, body] of parts.entries()) {
        const place = { folder: { S: partsFolder(root, key, version) }, name: { S: String(index).padStart(6, '0') } };
        await client.send(new PutItemCommand({ TableName: table, Item: { ...place, body: { B: body } } }));
      }
      const content: Item = parts.length === 0 ? { text: { S: text } } : { parts: { N: String(parts.length) } };
      const names = condition.ExpressionAttributeValues === undefined ? { '#n': 'name' } : { '#v': 'version' };
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...head, ...content },
            ...condition,
            ExpressionAttributeNames: names,
          }),
        );
        return version;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        if ((await get(folder, sort))?.version?.S === version) return version;
        await dropParts(key, version);
        return undefined;
      }
    } catch (error) {
      throw failed(error, 'WRITE_FAILED', key);
    }
  };
  return {
    name,
    read: async (key) => (await read(key))?.text,
    list: async (folder, after) => {
      const values = { ':f': { S: `${root}${folder}` }, ...(after && { ':a': { S: after } }) };
      const names: string[] = [];
      let from: Item | undefined;
      try {
        do {
          const page = await client.send(
            new QueryCommand({
              TableName: table,
              ConsistentRead: true,
              KeyConditionExpression: after ? '#f = :f and #n > :a' : '#f = :f',
              ProjectionExpression: '#n',
              ExpressionAttributeNames: { '#f': 'folder', '#n': 'name' },
              ExpressionAttributeValues: values,
              ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            }),
          );
          for (const item of page.Items ?? []) names.push(item.name?.S ?? '');
          from = page.LastEvaluatedKey;
        } while (from !== undefined);
      } catch (error) {
        throw failed(error, 'READ_FAILED', folder);
      }
      return names.sort();
    },
    create: async (key, text) => (await put(key, text, { ConditionExpression: NOT_THERE })) !== undefined,
    remove: async (key) => {
      const [folder, sort] = split(root, key);
      try {
        const seen = await get(folder, sort);
        await client.send(
          new DeleteItemCommand({ TableName: table, Key: { folder: { S: folder }, name: { S: sort } } }),
        );
        if (seen?.parts !== undefined) await dropParts(key, seen.version?.S ?? '');
      } catch (error) {
        throw failed(error, 'WRITE_FAILED', key);
      }
    },
    readCell: read,
    writeCell: async (key, text, seen) => {
      const condition =
        seen === undefined
          ? { ConditionExpression: NOT_THERE }
          : { ConditionExpression: '#v = :seen', ExpressionAttributeValues: { ':seen': { S: seen.version } } };
      const version = await put(key, text, condition);
      if (version === undefined) return undefined;
      // Best effort: parts nobody names are read by nobody.
      if (seen !== undefined) await dropParts(key, seen.version).catch(() => undefined);
      return { text, version };
    },
  };
}

const NOT_THERE = 'attribute_not_exists(#n)';

/** Partition and sort key of a key: its folder, so that a folder is listed by one query, and its name. */
function split(root: string, key: string): [string, string] {
  const at = key.lastIndexOf('/');
  return at < 0 ? [root === '' ? '.' : root, key] : [`${root}${key.slice(0, at)}`, key.slice(at + 1)];
}

/** Parts lie in a folder no key has: `//` is in none. */
const partsFolder = (root: string, key: string, version: string): string => `${root}//parts/${key}/${version}`;

function cut(bytes: Buffer): readonly Buffer[] {
  const count = Math.ceil(bytes.length / PART_BYTES);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES));
}

const DENIED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
]);

function dynamoFailure(error: unknown, code: 'READ_FAILED' | 'WRITE_FAILED', place: string): AppError {
  if (error instanceof AppError) return error;
  const kind = error instanceof Error ? error.name : '';
  const details = { where: place, got: `${kind}: ${messageOf(error).slice(0, 200)}`, cause: error };
  if (DENIED.has(kind) || statusOf(error) === 403) {
    return new AppError('PERMISSION_DENIED', 'DynamoDB refused the call', {
      ...details,
      hint: 'the role needs dynamodb:GetItem, PutItem, DeleteItem and Query on the table',
    });
  }
  if (kind === 'ResourceNotFoundException') {
    const hint = 'create it with the partition key folder and the sort key name, both strings';
    return new AppError(code, 'there is no such table', { ...details, hint });
  }
  return new AppError(code, `DynamoDB could not be ${code === 'READ_FAILED' ? 'read' : 'written'}`, details);
}
