import { MessageRejected, type SESv2Client } from '@aws-sdk/client-sesv2';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifySidecar } from '../../../fluentbit/index.js';
import { configSchema, registryOf, withRegistryText } from '../../../model/index.js';
import { changeTenant } from '../../../tenants/changes/changeTenant.js';
import type { TenantChange } from '../../../tenants/changes/TenantChange.js';
import { dynamoHome } from '../../../tenants/homes/dynamoHome.js';
import { importRegistry } from '../../../tenants/homes/importRegistry.js';
import { createLifecycleHandler } from '../../../tenants/lifecycle/lifecycleHandler.js';
import { sendWelcome } from '../../../tenants/lifecycle/sendWelcome.js';
import { sidecarSettingsSchema } from '../../../tenants/lifecycle/sidecarSettings.js';
import { FakeTable } from '../fakeTable.js';
import { MemoryFiles } from './memoryFiles.js';

const START = Date.parse('2026-11-27T10:00:00Z');
const PLANS = [{ id: 'pro', ingest_limits: { lines_per_second: 100 } }];

let table: FakeTable;
let files: MemoryFiles;
let mails: { to: string; text: string }[];
let log: Record<string, unknown>[];
let now: number;
let eventNumber: number;
/** What SES does with the next mails, one after the other; it takes those after them. */
let sesDoes: ('refuses' | 'answers too late' | 'takes none and is silent')[];

beforeEach(async () => {
  table = new FakeTable();
  files = new MemoryFiles();
  [mails, log, now, eventNumber, sesDoes] = [[], [], START, 0, []];
  const old = { id: 'old', plan: 'pro', namespaces: ['tenant-old'], owner: 'old@example.com' };
  await importRegistry(
    table.client,
    'registry',
    {
      tenants: [old],
      plans: PLANS,
      sharedNamespaces: ['pool'],
      cells: [
        { id: 'a', partitionQuota: 500 },
        { id: 'b', partitionQuota: 500 },
      ],
    },
    { dryRun: false },
  );
});

const ses = {
  send: async ({
    input,
  }: {
    input: { Destination: { ToAddresses: string[] }; Content: { Simple: { Body: { Text: { Data: string } } } } };
  }) => {
    const does = sesDoes.shift();
    if (does === 'refuses')
      throw new MessageRejected({ message: 'Email address is not verified', $metadata: { httpStatusCode: 400 } });
    if (does === 'takes none and is silent') throw new Error('socket hang up');
    mails.push({ to: input.Destination.ToAddresses.join(), text: input.Content.Simple.Body.Text.Data });
    if (does === 'answers too late') throw new Error('socket hang up');
    return { MessageId: `m${mails.length}` };
  },
} as unknown as SESv2Client;

function handle(bodies: readonly string[]) {
  const clock = (): number => now;
  const sender = { table: 'registry', dynamo: table.client, ses, from: 'platform@example.com', clock };
  return createLifecycleHandler(
    {
      read: dynamoHome(table.client, 'registry').read,
      files,
      sidecar: sidecarSettingsSchema.parse({
        cluster: 'eu-1',
        role_arn: 'arn:aws:iam::111122223333:role/sidecar-{tenant}',
      }),
      prefix: 'prod',
      region: 'eu-central-1',
      clock,
      welcome: (tenant, id, mail) => sendWelcome(sender, tenant, id, mail),
    },
    (entry) => log.push({ ...entry }),
  )({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) });
}

/** Makes a change, and what its table's stream tells of it, as a pipe passes it on. */
async function change(asked: TenantChange): Promise<string> {
  const sk = `tenant#${asked.id}`;
  const OldImage = table.items.get(`registry|${sk}`);
  await changeTenant(dynamoHome(table.client, 'registry'), asked, { clock: () => now, dryRun: false });
  const NewImage = table.items.get(`registry|${sk}`);
  eventNumber += 1;
  return JSON.stringify({
    ...{
      eventID: `event-${eventNumber}`,
      eventName: OldImage === undefined ? 'INSERT' : 'MODIFY',
      eventSource: 'aws:dynamodb',
    },
    dynamodb: { Keys: marshall({ pk: 'registry', sk }), NewImage, ...(OldImage === undefined ? {} : { OldImage }) },
  });
}
const add = (id: string, owner?: string): TenantChange => ({
  ...{ kind: 'add', id, namespaces: [`tenant-${id}`], resources: [], cell: undefined, newCell: false },
  fields: { plan: 'pro', ...(owner === undefined ? {} : { owner }) },
});
const nothing = { batchItemFailures: [] };
const snapshot = () =>
  registryOf(withRegistryText(configSchema.parse({}), files.texts()['registry/registry.json'] ?? '', 's'));

describe('a tenant that is registered', () => {
  it('is known to the transforms, has manifests, and is welcomed', async () => {
    expect(await handle([await change(add('acme', 'ops@acme.example'))])).toEqual(nothing);
    expect(snapshot().ownerOf('tenant-acme')).toEqual({ kind: 'tenant', tenantId: 'acme' });
    expect(snapshot().ownerOf('pool')).toEqual({ kind: 'shared' });
    const prefix = 'manifests/acme/tenant-acme/';
    const rendered = Object.entries(files.texts()).filter(([key]) => key.startsWith(prefix));
    expect(verifySidecar(new Map(rendered.map(([key, text]) => [key.slice(prefix.length), text])))).toEqual([]);
    const all = rendered.map(([, text]) => text).join('\n');
    for (const said of ['prod-a', 'eu-central-1', 'eu-1', 'role/sidecar-acme']) expect(all).toContain(said);
    expect(mails).toMatchObject([{ to: 'ops@acme.example', text: expect.stringContaining('tenant-acme') }]);
    expect(log).toMatchObject([{ message: 'followed', kind: 'onboarded', tenant: 'acme', snapshot: true, mails: 1 }]);
    expect(table.partition('sent')).toMatchObject({
      'welcome#acme': { outcome: 'sent', event_id: 'event-1', message_id: 'm1' },
    });
  });

  it('told twice gives the same objects, not one write more, and one mail', async () => {
    const told = await change(add('acme', 'ops@acme.example'));
    await handle([told]);
    const [before, writes] = [files.texts(), files.done.length];
    now += 3_600_000;
    expect(await handle([told, told])).toEqual(nothing);
    expect([files.texts(), files.done.length, mails.length]).toEqual([before, writes, 1]);
  });

  it('is not welcomed when it was imported, or when its owner is nobody a mail reaches', async () => {
    const image = table.items.get('registry|tenant#old');
    const told = { eventID: 'e', dynamodb: { Keys: marshall({ pk: 'registry', sk: 'tenant#old' }), NewImage: image } };
    expect(await handle([JSON.stringify(told), await change(add('acme', 'the platform team'))])).toEqual(nothing);
    expect(mails).toEqual([]);
  });

  const failed = { batchItemFailures: [{ itemIdentifier: 'm0' }] };
  const MINUTE = 60_000;

  it('is welcomed once when SES refuses at first, at once when the event comes again', async () => {
    const told = await change(add('acme', 'ops@acme.example'));
    sesDoes = ['refuses', 'refuses', 'refuses'];
    for (let time = 0; time < 3; time += 1) expect(await handle([told])).toEqual(failed);
    expect(snapshot().tenant('acme')).toBeDefined();
    expect(await handle([told])).toEqual(nothing);
    expect(await handle([told])).toEqual(nothing);
    expect(mails).toHaveLength(1);
    expect(log.at(-2)).toMatchObject({ mails: 1, mails_again: 0 });
  });

  it('is not forgotten while its claim is fresh (regression: the event was done, and nothing was sent)', async () => {
    const told = await change(add('acme', 'ops@acme.example'));
    sesDoes = ['takes none and is silent'];
    expect(await handle([told])).toEqual(failed);
    now += 4 * MINUTE;
    expect(await handle([told])).toEqual(failed);
    expect(log.at(-1)).toMatchObject({ code: 'LAKE_BUSY' });
    now += 2 * MINUTE;
    expect(await handle([told])).toEqual(nothing);
    expect(log.at(-1)).toMatchObject({ mails: 1, mails_again: 1 });
    expect(mails).toHaveLength(1);
    expect(table.partition('sent')).toMatchObject({ 'welcome#acme': { outcome: 'sent', tries: 2 } });
  });

  it('gets at most one mail twice, and a person decides what nobody knows', async () => {
    const told = await change(add('acme', 'ops@acme.example'));
    sesDoes = ['answers too late', 'answers too late'];
    for (let time = 0; time < 5; time += 1) {
      expect(await handle([told])).toEqual(failed);
      now += 6 * MINUTE;
    }
    expect(mails).toHaveLength(2);
    expect(log.at(-1)?.detail).toMatch(/nobody knows whether the welcome of acme went out, after 2 tries/);
    // As the runbook has it: once more, or never.
    table.items.delete('sent|welcome#acme');
    expect(await handle([told])).toEqual(nothing);
    expect(mails).toHaveLength(3);
  });

  it('is sent at most twice and never lost, wherever functions die and however often the event comes', async () => {
    const does = fc.constantFrom('refuses', 'answers too late', 'takes none and is silent', 'takes it') as fc.Arbitrary<
      (typeof sesDoes)[number]
    >;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(does, fc.integer({ min: 0, max: 8 })), { maxLength: 8 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        async (steps, salt) => {
          mails = [];
          const told = await change(add(`t${salt}-${eventNumber}`, 'ops@acme.example'));
          let done = false;
          for (const [what, minutes] of steps) {
            sesDoes = [what];
            const answer = await handle([told]);
            if (answer.batchItemFailures.length === 0) done = true;
            now += minutes * MINUTE;
          }
          expect(mails.length).toBeLessThanOrEqual(2);
          // Whoever is told that all is done can rely on it.
          if (done) expect(mails.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what follows', () => {
  it('of a move is the other stream in the manifests; of a plan, its limits; of leaving, when the day has come, none', async () => {
    await handle([await change(add('acme'))]);
    const text = () =>
      Object.entries(files.texts())
        .filter(([key]) => key.startsWith('manifests/acme/'))
        .map(([, value]) => value)
        .join();
    await handle([await change({ kind: 'move', id: 'acme', to: 'b', newCell: false })]);
    expect(text()).toContain('prod-b');
    expect(text()).not.toContain('prod-a');
    expect(text()).toContain('100');
    await importRegistry(
      table.client,
      'registry',
      {
        tenants: [],
        plans: [{ id: 'pro', ingest_limits: { lines_per_second: 31_337 } }],
        sharedNamespaces: [],
        cells: [],
      },
      { dryRun: false },
    );
    await handle([JSON.stringify({ eventID: 'p', dynamodb: { Keys: marshall({ pk: 'registry', sk: 'plan#pro' }) } })]);
    expect(text()).toContain('31337');
    await handle([await change({ kind: 'offboard', id: 'acme', until: undefined })]);
    // Its agents still have until midnight.
    expect(text()).toContain('prod-b');
    now = Date.parse('2026-11-28T00:05:00Z');
    await handle(['{"reconcile":true}']);
    expect(text()).toBe('');
    expect(snapshot().tenant('acme')).toMatchObject({ status: 'offboarded' });
    expect(log.map(({ kind }) => kind)).toEqual(['onboarded', 'moved', 'plan_changed', 'offboarded', 'reconcile']);
  });

  it('of a reconciliation is everything that was missed', async () => {
    await change(add('acme', 'ops@acme.example'));
    await change(add('beta'));
    await handle(['{"reconcile":true}']);
    expect(new Set(Object.keys(files.texts()).map((key) => key.split('/').slice(0, 2).join('/')))).toEqual(
      new Set(['registry/registry.json', 'manifests/acme', 'manifests/beta', 'manifests/old']),
    );
    expect(mails).toEqual([]);
  });

  it('of what nobody follows is nothing, and of what is no message a failure', async () => {
    const version = JSON.stringify({ eventID: 'v', dynamodb: { Keys: marshall({ pk: 'registry', sk: 'version' }) } });
    const claim = JSON.stringify({ eventID: 'c', dynamodb: { Keys: marshall({ pk: 'claim', sk: 'namespaces#a' }) } });
    expect(await handle([version, claim])).toEqual(nothing);
    expect(files.done).toEqual([]);
    expect(await handle(['hello'])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(log).toMatchObject([{ level: 'ERROR', message: 'not followed', code: 'INPUT_INVALID' }]);
  });

  it('stops at the first that fails, so that the order stays', async () => {
    const [first, second] = [await change(add('acme', 'ops@acme.example')), await change(add('beta'))];
    sesDoes = ['refuses'];
    expect(await handle([first, second])).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
    expect(Object.keys(files.texts()).filter((key) => key.startsWith('manifests/beta'))).toEqual([]);
  });

  it('is not published of a registry that somebody broke by hand', async () => {
    const told = await change(add('acme'));
    await handle([told]);
    const before = files.texts();
    table.items.set(
      'registry|tenant#bad',
      marshall({ pk: 'registry', sk: 'tenant#bad', id: 'bad', namespaces: ['tenant-acme'] }),
    );
    expect(await handle([told])).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(files.texts()).toEqual(before);
    expect(log.at(-1)?.detail).toMatch(/tenant bad|tenant acme/);
  });

  it('ends the same wherever it is interrupted, however often it is told', async () => {
    const done = async (): Promise<Readonly<Record<string, string>>> => {
      const told = [await change(add('acme')), await change({ kind: 'move', id: 'acme', to: 'b', newCell: false })];
      await handle(told);
      return files.texts();
    };
    const wanted = await done();
    const steps = files.done.length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: steps }), fc.integer({ min: 1, max: 3 }), async (at, times) => {
        files = new MemoryFiles();
        let left = at;
        files.before = () => {
          left -= 1;
          if (left === 0) throw new Error('the network is gone');
        };
        const told = JSON.stringify({
          eventID: 'x',
          dynamodb: {
            Keys: marshall({ pk: 'registry', sk: 'tenant#acme' }),
            NewImage: table.items.get('registry|tenant#acme'),
          },
        });
        await handle([told]);
        files.before = undefined;
        for (let time = 0; time < times; time += 1) expect(await handle([told])).toEqual(nothing);
        expect(files.texts()).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });

  it('is never an older registry over a newer one', async () => {
    await handle([await change(add('acme'))]);
    const newer = files.texts()['registry/registry.json'];
    const object = files.objects.get('registry/registry.json');
    files.objects.set('registry/registry.json', {
      text: newer ?? '',
      tag: 't',
      about: { ...object?.about, version: '99' },
    });
    await handle([await change(add('beta'))]);
    expect(files.texts()['registry/registry.json']).toBe(newer);
  });
});
