import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, registryOf, withRegistryText } from '../../../model/index.js';
import { dynamoRegistryStore } from '../../../transforms/registry/dynamoRegistryStore.js';
import { fileRegistryStore } from '../../../transforms/registry/fileRegistryStore.js';
import type { RegistryStore } from '../../../transforms/registry/RegistryStore.js';
import { registryStoreOf } from '../../../transforms/registry/registryStoreOf.js';
import { s3RegistryStore } from '../../../transforms/registry/s3RegistryStore.js';
import { type Emulator, startDynalite, startS3rver } from '../../emulators.js';

const tenants = (...ids: string[]): string =>
  JSON.stringify({ tenants: ids.map((id) => ({ id, namespaces: [`tenant-${id}`] })) });

async function idsOf(store: RegistryStore, known?: string): Promise<{ version: string; ids: string[] } | undefined> {
  const loaded = await store.load(known);
  if (loaded === undefined) return undefined;
  const config = withRegistryText(configSchema.parse({}), loaded.text, store.name);
  return { version: loaded.version, ids: [...registryOf(config).tenants.keys()] };
}

describe('a registry in a file', () => {
  it('is read again only when its bytes changed; a missing one is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tenantscope-registry-'));
    try {
      const path = join(folder, 'tenants.yaml');
      const store = fileRegistryStore(path);
      await expect(store.load(undefined)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
      await writeFile(path, tenants('acme'));
      const first = await idsOf(store);
      expect(first?.ids).toEqual(['acme']);
      expect(await store.load(first?.version)).toBeUndefined();
      await writeFile(path, tenants('acme', 'newco'));
      expect((await idsOf(store, first?.version))?.ids).toEqual(['acme', 'newco']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a registry in S3', () => {
  let emulator: Emulator<import('@aws-sdk/client-s3').S3Client>;
  beforeAll(async () => {
    emulator = await startS3rver('registry');
  });
  afterAll(() => emulator.stop());

  it('is versioned by its entity tag; a missing object is named', async () => {
    const client = emulator.client();
    const store = s3RegistryStore(client, 'registry', 'prod/tenants.json');
    await expect(store.load(undefined)).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    const put = (Body: string) =>
      client.send(new PutObjectCommand({ Bucket: 'registry', Key: 'prod/tenants.json', Body }));
    await put(tenants('acme'));
    const first = await idsOf(store);
    expect(first?.ids).toEqual(['acme']);
    expect(await store.load(first?.version)).toBeUndefined();
    await put(tenants('acme', 'newco'));
    const second = await idsOf(store, first?.version);
    expect(second?.ids).toEqual(['acme', 'newco']);
    expect(second?.version).not.toBe(first?.version);
    client.destroy();
  });
});

describe('a registry in DynamoDB', () => {
  let emulator: Emulator<DynamoDBClient>;
  beforeAll(async () => {
    emulator = await startDynalite();
    const client = emulator.client();
    for (const TableName of ['registry', 'empty']) {
      await client.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    }
    client.destroy();
  });
  afterAll(() => emulator.stop());

  const put = (client: DynamoDBClient, sk: string, fields: Record<string, unknown>) =>
    client.send(new PutItemCommand({ TableName: 'registry', Item: marshall({ pk: 'registry', sk, ...fields }) }));

  it('is read whole over pages, with plans and shared namespaces, and only when its version rose', async () => {
    const client = emulator.client();
    await put(client, 'version', { version: 1 });
    await put(client, 'plan#pro', { id: 'pro', tier: 'pro' });
    await put(client, 'shared#search', {});
    // 40 tenants of 50 kB are more than one page of 1 MB.
    for (let n = 0; n < 40; n += 1) {
      const id = `tenant-${String(n).padStart(2, '0')}`;
      const namespaces = [id, ...Array.from({ length: 800 }, (_, i) => `${id}-${i}-${'n'.repeat(45)}`)];
      await put(client, `tenant#${id}`, { id, plan: 'pro', namespaces });
    }
    const store = dynamoRegistryStore(client, 'registry');
    const first = await idsOf(store);
    expect(first?.version).toBe('1');
    expect(first?.ids).toHaveLength(40);
    const loaded = await store.load(undefined);
    const config = withRegistryText(configSchema.parse({}), loaded?.text ?? '', store.name);
    expect(config.shared_namespaces).toEqual(['search']);
    expect(config.tenants[0]?.plan).toBe('pro');
    expect(await store.load('1')).toBeUndefined();
    await put(client, 'tenant#newco', { id: 'newco', namespaces: ['newco'] });
    await put(client, 'version', { version: 2 });
    expect((await idsOf(store, '1'))?.ids).toHaveLength(41);
    client.destroy();
  });

  it('names a table that is missing, and one without a registry', async () => {
    const client = emulator.client();
    await expect(dynamoRegistryStore(client, 'nowhere').load(undefined)).rejects.toMatchObject({
      code: 'INPUT_NOT_FOUND',
    });
    await expect(dynamoRegistryStore(client, 'empty').load(undefined)).rejects.toThrow('holds no registry');
    client.destroy();
  });

  describe('that changes while it is read', () => {
    const client = new DynamoDBClient({ region: 'us-east-1' });
    const dynamo = mockClient(client);
    afterEach(() => dynamo.reset());
    const store = () => dynamoRegistryStore(client, 'registry');
    const item = (id: string) => ({ ...marshall({ pk: 'registry', sk: `tenant#${id}`, id, namespaces: [id] }) });

    it('is read again: half of a change is never seen', async () => {
      const versions = [1, 2, 2];
      dynamo.callsFake((input: { Key?: unknown }) => {
        if (input.Key !== undefined) return { Item: marshall({ version: versions.shift() }) };
        return { Items: versions.length === 2 ? [item('half')] : [item('acme'), item('newco')] };
      });
      expect(await idsOf(store())).toEqual({ version: '2', ids: ['acme', 'newco'] });
      expect(dynamo.commandCalls(QueryCommand).every((call) => call.args[0].input.ConsistentRead)).toBe(true);
    });

    it('is given up after three reads', async () => {
      let version = 0;
      dynamo.callsFake((input: { Key?: unknown }) => {
        if (input.Key === undefined) return { Items: [] };
        version += 1;
        return { Item: marshall({ version }) };
      });
      await expect(store().load(undefined)).rejects.toThrow('changed during each of 3 reads');
      expect(dynamo.commandCalls(QueryCommand)).toHaveLength(3);
    });

    it('says what the role lacks', async () => {
      dynamo.rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
      await expect(store().load(undefined)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    });
  });
});

describe('registry.from', () => {
  it.each(['s3://bucket', 'dynamodb://', 'ftp://x/y', 'dynamodb://a b'])('refuses %s', async (from) => {
    await expect(registryStoreOf(from)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it.each(['s3://bucket/a/b.json', 'dynamodb://tenantscope-registry', './tenants.yaml'])('opens %s', async (from) => {
    expect((await registryStoreOf(from)).name).toBe(from);
  });
});
