import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_LAMBDA_ARN } from '../../../ingest/delivery/batchEvents.js';
import { stageQuarantine } from '../../../ingest/erasure/stageQuarantine.js';
import { readErrorObject } from '../../../ingest/replay/readQuarantine.js';
import { buildRegistry, tenantSchema } from '../../../model/index.js';
import { TenantNames } from '../../../queries/index.js';
import { subjectOf } from '../../../queries/maintenance/erasure/surveyTenant.js';
import { createTransform } from '../../../transforms/index.js';

const root = mkdtempSync(join(tmpdir(), 'quarantine-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const PATH = 'errors/processing-failed/2026/11/22/10/one';
const subject = subjectOf(new TenantNames('zebra-co', ['ns-z'], ['acme', 'zebra-co', 'zebra-co-2']));

const line = (tenant: string | undefined, log: string, over: object = {}): string =>
  JSON.stringify({
    ...(tenant === undefined ? {} : { tenant_id: tenant, namespace: `tenant-${tenant}` }),
    log,
    ...over,
  });
const text = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);
const MIXED = gzipSync(
  text(line('zebra-co', 'own'), line('acme', 'first'), line('zebra-co', 'own too'), line('acme', 'second')),
);

/** Each record of the object, and what becomes of it. */
const RECORDS: readonly (readonly [what: string, bytes: Buffer, becomes: 'gone' | 'stays' | 'changed'])[] = [
  ['lines of another tenant', text(line('acme', 'x')), 'stays'],
  ['its own lines', text(line('zebra-co', 'x'), line('zebra-co', 'y')), 'gone'],
  ['lines of several tenants', MIXED, 'changed'],
  ['lines that claim its namespace', text(line('acme', 'x', { namespace: 'ns-z' })), 'gone'],
  ['another tenant that mentions it', text(line('acme', 'wrote to zebra-co')), 'stays'],
  ['a tenant with its name in its own', text(line('zebra-co-2', 'x')), 'stays'],
  ['the platform about it', text(line('_shared', 'synced zebra-co')), 'gone'],
  ['the platform about something else', text(line('_shared', 'synced zebra-co-2')), 'stays'],
  ['nobody, naming it', text(line(undefined, 'zebra-co')), 'gone'],
  ['no record at all, naming it', Buffer.from('\u0000 zebra-co'), 'gone'],
  ['no record at all', Buffer.from('\u0000 nothing'), 'stays'],
  ['the last of several', MIXED, 'changed'],
];

function write(lake: string, arn: string): void {
  const objects = RECORDS.map(([, bytes], index) =>
    JSON.stringify({
      arrivalTimestamp: 1_795_000_000_000 + index,
      rawData: bytes.toString('base64'),
      lambdaArn: arn,
      unknownToUs: index,
    }),
  );
  mkdirSync(dirname(join(lake, PATH)), { recursive: true });
  writeFileSync(join(lake, PATH), `${objects.join('\n')}\n`);
}

/** The identities a replay would give the lines of each record, by its place in the object. */
async function identities(lake: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const registry = buildRegistry({
    tenants: ['acme', 'zebra-co', 'zebra-co-2'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
  });
  const found = new Map<string, readonly string[]>();
  for await (const { bytes, shard, sequence, arrival } of readErrorObject(lake, PATH)) {
    const pieces: Buffer[] = [];
    const transform = createTransform({
      registry: () => registry,
      trust: 'namespace',
      platformStream: 'p',
      reput: async (parts) => parts.map(({ data }) => pieces.push(data) > 0),
      observe: () => undefined,
    });
    const ids: string[] = [];
    for (let next: Buffer | undefined = bytes; next !== undefined; next = pieces.shift()) {
      const kinesis = {
        shardId: shard,
        partitionKey: 'k',
        approximateArrivalTimestamp: arrival,
        sequenceNumber: sequence,
        subsequenceNumber: '0',
      };
      const record = {
        recordId: '1',
        approximateArrivalTimestamp: arrival,
        data: next.toString('base64'),
        kinesisRecordMetadata: kinesis,
      };
      const event = {
        invocationId: 'i',
        deliveryStreamArn: 'd',
        sourceKinesisStreamArn: 'arn:aws:kinesis:r:1:stream/s',
        region: 'r',
        records: [record],
      };
      for (const { result, data } of (await transform(event)).records) {
        if (result !== 'Ok') continue;
        for (const json of Buffer.from(data, 'base64').toString('utf8').trim().split('\n')) {
          const { body, event_id } = JSON.parse(json);
          ids.push(`${body} ${event_id}`);
        }
      }
    }
    found.set(sequence, ids.filter((id) => !id.startsWith('own')).sort());
  }
  return found;
}

describe.each([
  ['the local delivery', LOCAL_LAMBDA_ARN],
  ['Firehose', 'arn:aws:lambda:eu-west-1:1:function:transform'],
])('quarantined records of %s', (_writer, arn) => {
  const lake = join(root, arn.length.toString());
  const staged = join(lake, '.staging', 'x');

  it('lose a tenant by the envelopes inside their bytes, and nobody else loses a line', async () => {
    write(lake, arn);
    const before = readFileSync(join(lake, PATH));
    const [find, ...more] = await stageQuarantine(lake, subject, staged);
    expect(more).toEqual([]);
    expect(find).toMatchObject({ path: PATH, removed: 5, changed: 2, left: 7 });
    expect(readFileSync(join(lake, PATH))).toEqual(before);
    const kept = readFileSync(join(staged, PATH), 'utf8').split('\n').slice(0, -1);
    expect(kept).toHaveLength(RECORDS.length);
    const old = before.toString('utf8').split('\n');
    for (const [index, [what, , becomes]] of RECORDS.entries()) {
      if (becomes === 'gone') expect(kept[index], what).toBe('');
      if (becomes === 'stays') expect(kept[index], what).toBe(old[index]);
      if (becomes !== 'changed') continue;
      const { rawData, unknownToUs } = JSON.parse(kept[index] ?? '');
      expect(unknownToUs).toBe(index);
      const rest = Buffer.from(rawData, 'base64').toString('utf8');
      expect(rest).not.toContain('zebra');
      expect(rest).toContain('first');
      expect(rest).toContain('second');
    }
  });

  it('keep their identities, so that a replay before and one after count once', async () => {
    write(lake, arn);
    const before = await identities(lake);
    await stageQuarantine(lake, subject, staged);
    writeFileSync(join(lake, PATH), readFileSync(join(staged, PATH)));
    const after = await identities(lake);
    for (const [sequence, ids] of after) expect(ids, sequence).toEqual(before.get(sequence));
    expect([...after.values()].flat().length).toBeGreaterThan(4);
    expect(await stageQuarantine(lake, subject, staged)).toEqual([]);
  });
});
