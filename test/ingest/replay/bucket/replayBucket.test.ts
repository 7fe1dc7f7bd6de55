import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BucketReplayOptions,
  kinesisTarget,
  replayBucket,
  type StreamTarget,
  s3ErrorObjects,
} from '../../../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../../../model/index.js';
import { s3Store } from '../../../../queries/index.js';
import { type FakeS3, startFakeS3 } from '../../../queries/store/fakeS3.js';
import { type KinesisEmulator, startKinesalite } from '../../kinesisEmulator.js';

let kinesis: KinesisEmulator;
let s3: FakeS3;
let number = 0;
let cell = '';
beforeAll(async () => {
  kinesis = await startKinesalite();
  await kinesis.createStream('platform', 1);
});
afterAll(() => kinesis.stop());
beforeEach(async () => {
  s3 = await startFakeS3(2);
  cell = `cell-${number++}`;
  await kinesis.createStream(cell, 2);
});
afterEach(() => s3.stop());

const ARRIVED = Date.parse('2026-11-20T10:00:00Z');
const NOW = Date.parse('2026-11-27T10:00:00Z');
const registry = buildRegistry({
  tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })],
  sharedNamespaces: ['platform'],
});

const line = (tenant: string, offset: number, log = 'hello'): string =>
  `${JSON.stringify({ time: '2026-11-20T09:59:00Z', log, tenant_id: tenant, namespace: `tenant-${tenant}`, pod: 'p', file: 'f', offset })}\n`;

/** An error object as Firehose writes it (local-stack facts, section 4), of the delivery of a cell or of the platform. */
function quarantine(
  type: string,
  records: readonly (string | Buffer)[],
  { delivery = 'tenantscope-cell', hour = 10, arrived = ARRIVED, id = 1 } = {},
): string {
  const path = `errors/${type}/2026/11/20/${hour}/${delivery}-1-2026-11-20-${hour}-00-00-0b7c2c9e-1111-4222-8333-00000000000${id}`;
  const conversion = type === 'format-conversion-failed';
  const text = records.map((record) =>
    JSON.stringify({
      attemptsMade: 4,
      arrivalTimestamp: arrived,
      ...(conversion
        ? {
            lastErrorCode: 'DataFormatConversion.ParseError',
            lastErrorMessage: 'x',
            sequenceNumber: '1',
            dataCatalogTable: {},
          }
        : { errorCode: 'Lambda.FunctionError', errorMessage: 'the function failed', lambdaArn: 'arn:aws:lambda:x' }),
      attemptEndingTimestamp: arrived + 1,
      rawData: Buffer.from(record).toString('base64'),
    }),
  );
  s3.put(path, Buffer.from(`${text.join('\n')}\n`));
  return path;
}

const replay = (over: Partial<BucketReplayOptions> = {}) =>
  replayBucket({
    objects: s3ErrorObjects(s3.client(), { bucket: 'lake', prefix: '' }),
    journal: s3Store({ client: s3.client(), bucket: 'lake', prefix: '' }),
    sourceOf: async (delivery) => (delivery === 'tenantscope-platform' ? 'platform' : cell),
    targetOf: async (stream) => kinesisTarget(kinesis.client(), stream),
    registry,
    trust: 'namespace',
    platformStream: 'platform',
    since: 0,
    until: NOW,
    dryRun: false,
    clock: () => NOW,
    sleep: async () => {},
    random: () => 0,
    signal: new AbortController().signal,
    ...over,
  });

const inStream = async (stream = cell): Promise<string[]> =>
  (await kinesis.readAll(stream)).map(({ data }) => data.toString()).sort();

describe('replayBucket', () => {
  it('puts on the stream exactly the bytes that would pass today, and nothing in a dry run', async () => {
    quarantine('processing-failed', [line('acme', 1), 'no json', line('globex', 2)]);
    quarantine('activePartitionExceeded', [line('acme', 3)]);
    const found = { objects: 2, records: 4, passing: 3, failing: { undecodable: 1 } };
    const before = s3.keys();
    expect(await replay({ dryRun: true })).toMatchObject({ ...found, replayed: {} });
    expect(s3.keys()).toEqual(before);
    expect(await inStream()).toEqual([]);
    expect(await replay()).toMatchObject({
      ...found,
      byType: { 'processing-failed': 3, activePartitionExceeded: 1 },
      replayed: { [cell]: 3 },
      interrupted: false,
    });
    // Of a tenant nobody knows yet: the transform takes it, under _unknown.
    expect(await inStream()).toEqual([line('acme', 1), line('acme', 3), line('globex', 2)].sort());
  });

  it('does not double what was replayed before, also when other records pass the second time', async () => {
    quarantine('processing-failed', [line('acme', 1), line('globex', 2), line('acme', 3)]);
    expect(await replay({ reason: 'undecodable' })).toMatchObject({ records: 3, passedOver: 3, replayed: {} });
    const wrong = buildRegistry({ tenants: [tenantSchema.parse({ id: 'globex', namespaces: ['elsewhere'] })] });
    expect(await replay({ registry: wrong })).toMatchObject({
      failing: { identity_mismatch: 1 },
      replayed: { [cell]: 2 },
    });
    expect(await replay()).toMatchObject({ records: 3, replayedBefore: 2, passing: 1, replayed: { [cell]: 1 } });
    expect(await replay()).toMatchObject({ records: 3, replayedBefore: 3, passing: 0, replayed: {} });
    expect(await inStream()).toHaveLength(3);
  });

  it('goes on after Ctrl-C, and puts each record once', async () => {
    const lines = Array.from({ length: 1200 }, (_, offset) => line('acme', offset));
    quarantine('processing-failed', lines.slice(0, 800), { id: 1 });
    quarantine('processing-failed', lines.slice(800), { id: 2 });
    const controller = new AbortController();
    const stopping = (target: StreamTarget): StreamTarget => ({
      ...target,
      put: (records) => {
        controller.abort();
        return target.put(records);
      },
    });
    const first = await replay({
      signal: controller.signal,
      targetOf: async (stream) => stopping(kinesisTarget(kinesis.client(), stream)),
    });
    expect(first).toMatchObject({ interrupted: true, passing: 500, replayed: { [cell]: 500 } });
    expect(await replay()).toMatchObject({ records: 1200, replayedBefore: 500, replayed: { [cell]: 700 } });
    expect(await inStream()).toEqual([...lines].sort());
  });

  it('counts what the stream does not take, and tries it again the next time', async () => {
    quarantine('processing-failed', [line('acme', 1), line('acme', 2)]);
    const refusing = (target: StreamTarget): StreamTarget => ({
      ...target,
      put: async (records) => records.map((_, place) => (place === 0 ? 'InternalFailure' : undefined)),
    });
    const targetOf = async (stream: string) => refusing(kinesisTarget(kinesis.client(), stream));
    expect(await replay({ targetOf })).toMatchObject({
      passing: 2,
      replayed: { [cell]: 1 },
      undelivered: { InternalFailure: 1 },
    });
    expect(await replay()).toMatchObject({ replayedBefore: 1, replayed: { [cell]: 1 }, undelivered: {} });
  });

  it('puts on the platform’s stream only what came by it', async () => {
    const shared = JSON.stringify({
      log: 'x',
      tenant_id: '_shared',
      namespace: 'platform',
      pod: 'p',
      file: 'f',
      offset: 1,
    });
    quarantine('processing-failed', [shared], { id: 1 });
    quarantine('processing-failed', [shared], { delivery: 'tenantscope-platform', id: 2 });
    expect(await replay()).toMatchObject({ records: 2, failing: { shared_untrusted: 1 }, replayed: { platform: 1 } });
    expect(await inStream()).toEqual([]);
    expect(await replay({ stream: cell })).toMatchObject({ objects: 1, records: 1, replayedBefore: 0 });
  });

  it('leaves lines that the transform has answered where they are, and counts them', async () => {
    const event = JSON.stringify({ event_id: 'e', id_hour: '2026-11-20T09:00:00Z', tenant_id: 'acme', body: 'x' });
    const quoted = line('acme', 4, JSON.stringify({ event_id: 'mine', id_hour: 'too' }));
    quarantine('format-conversion-failed', [event, line('acme', 3), quoted]);
    expect(await replay()).toMatchObject({ records: 3, transformed: 1, passing: 2, replayed: { [cell]: 2 } });
    expect(await inStream()).toEqual([line('acme', 3), quoted].sort());
  });

  it('keeps to the window, and to what is asked for by Firehose’s type and code', async () => {
    quarantine('processing-failed', [line('acme', 1)], { id: 1 });
    quarantine('processing-failed', [line('acme', 2)], { arrived: ARRIVED + 60_000, id: 2 });
    quarantine('format-conversion-failed', [line('acme', 3)]);
    const dryRun = true;
    expect(await replay({ dryRun, since: ARRIVED + 1 })).toMatchObject({ records: 1, passing: 1 });
    expect(await replay({ dryRun, until: ARRIVED + 1 })).toMatchObject({ records: 2, passing: 2 });
    expect(await replay({ dryRun, reason: 'processing-failed' })).toMatchObject({ passing: 2, passedOver: 1 });
    expect(await replay({ dryRun, reason: 'DataFormatConversion.ParseError' })).toMatchObject({
      passing: 1,
      passedOver: 2,
    });
  });

  it('refuses what is no error object, by its name and by file and line, and says what another run has taken', async () => {
    const path = quarantine('processing-failed', ['x', 'y']);
    s3.put(path, Buffer.from('{"arrivalTimestamp":1,"rawData":""}\nhello\n'));
    await expect(replay()).rejects.toThrow(`s3://lake/${path}:2: not a line of an error object`);
    s3.put('errors/processing-failed/notes.txt', Buffer.from('x'));
    await expect(replay()).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('ends with LAKE_BUSY when another run replays the same object', async () => {
    quarantine('processing-failed', [line('acme', 1)]);
    let both = false;
    const meanwhile = async (stream: string): Promise<StreamTarget> => {
      const target = kinesisTarget(kinesis.client(), stream);
      if (both) return target;
      both = true;
      return {
        ...target,
        put: async (records) => {
          await replay();
          return target.put(records);
        },
      };
    };
    await expect(replay({ targetOf: meanwhile })).rejects.toMatchObject({ code: 'LAKE_BUSY' });
    expect(await replay()).toMatchObject({ replayedBefore: 1 });
  });

  it('puts again what was replayed when the object’s content is another, as after an erasure', async () => {
    const path = quarantine('processing-failed', [line('acme', 1)]);
    await replay();
    const text = s3.bytes(path) ?? Buffer.of();
    await s3
      .client()
      .send(new (await import('@aws-sdk/client-s3')).PutObjectCommand({ Bucket: 'lake', Key: path, Body: text }));
    expect(await replay()).toMatchObject({ replayedBefore: 0, replayed: { [cell]: 1 } });
  });
});
