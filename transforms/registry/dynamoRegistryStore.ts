import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '../../model/index.js';
import type { RegistryStore } from './RegistryStore.js';
import { refusedBy } from './refusedBy.js';

/** Partition of the registry's items in its table. */
export const REGISTRY_PARTITION = 'registry';
/** Sort key of the item whose attribute `version` every change of the registry raises. */
export const VERSION_KEY = 'version';
/** How often a registry that changes while it is read is read again. */
const READS = 3;

/**
 * A registry in a table with the keys `pk` and `sk`, both strings. All items have `pk` = `registry`; `sk` is `version`,
 * `tenant#<id>`, `plan#<id>` or `shared#<namespace>`; the other attributes of a tenant or plan are its fields as in
 * tenantscope.yaml. A writer raises `version` in the same transaction as the change. All reads are strongly consistent, and
 * the version is read before and after, so half of a change is never seen.
 */
export function dynamoRegistryStore(client: DynamoDBClient, table: string): RegistryStore {
  const { name, load } = dynamoRegistryItems(client, table);
  return {
    name,
    load: async (known) => {
      const read = await load(known);
      return read && { version: read.version, text: JSON.stringify(documentOf(read.items), null, 1) };
    },
  };
}

/** The items of a registry in a table, all of one version; undefined when that is the version `known`. Throws as the store does. */
export function dynamoRegistryItems(client: DynamoDBClient, table: string) {
  const name = `dynamodb://${table}`;
  const version = async (): Promise<string> => {
    const key = { pk: { S: REGISTRY_PARTITION }, sk: { S: VERSION_KEY } };
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
    const value = Item?.version?.N ?? Item?.version?.S;
    if (value !== undefined) return value;
    throw new AppError('INPUT_NOT_FOUND', 'the table holds no registry', {
      got: name,
      hint: `expected an item with pk=${REGISTRY_PARTITION}, sk=${VERSION_KEY} and an attribute version`,
    });
  };
  const read = async (known: string | undefined) => {
    let before = await version();
    if (before === known) return undefined;
    for (let attempt = 0; attempt < READS; attempt += 1) {
      const items = await itemsOf(client, table);
      const after = await version();
      if (after === before) return { version: after, items };
      before = after;
    }
    throw new AppError('ENGINE_UNAVAILABLE', `the registry changed during each of ${READS} reads`, { got: name });
  };
  return {
    name,
    load: async (known: string | undefined) => {
      try {
        return await read(known);
      } catch (error) {
        throw refusedBy(error, name);
      }
    },
  };
}

/** An item as the client gives it. */
export type RegistryItem = Record<string, AttributeValue>;

async function itemsOf(client: DynamoDBClient, table: string): Promise<readonly RegistryItem[]> {
  const items: RegistryItem[] = [];
  let from: RegistryItem | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: REGISTRY_PARTITION } },
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}

function documentOf(items: readonly RegistryItem[]): Record<string, unknown[]> {
  const document: Record<'tenants' | 'plans' | 'shared_namespaces', unknown[]> = {
    tenants: [],
    plans: [],
    shared_namespaces: [],
  };
  for (const { sk, pk: _pk, ...fields } of items) {
    const key = sk?.S ?? '';
    if (key.startsWith('tenant#')) document.tenants.push(unmarshall(fields));
    else if (key.startsWith('plan#')) document.plans.push(unmarshall(fields));
    else if (key.startsWith('shared#')) document.shared_namespaces.push(key.slice('shared#'.length));
  }
  return document;
}
