import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FirehoseEvent, type RecordOutcome, readFirehoseEvent } from '../../model/index.js';
import { handler } from '../../transforms/handler.js';
import { createTransform } from '../../transforms/index.js';
import { ARRIVAL, line, registry } from './runTransform.js';

/** AWS: "Data transformation", payload of a synchronous invocation, request and response each. */
const PAYLOAD_BYTES = 6 * 1024 * 1024;
const STATUSES = ['Ok', 'Dropped', 'ProcessingFailed'];

type Frozen<T> = { readonly [K in keyof T]: Frozen<T[K]> };
// Held by the compiler: what Lambda's published types hand in and expect back is what the handler takes and gives.
handler satisfies (event: FirehoseTransformationEvent) => Promise<Frozen<FirehoseTransformationResult>>;

/** The documented fields of the event, by who sends them: `required` in each event, the others with a Kinesis source. */
const EVENT_FIELDS = [
  { path: ['invocationId'], type: 'string', required: true },
  { path: ['deliveryStreamArn'], type: 'string', required: true },
  { path: ['region'], type: 'string', required: true },
  { path: ['sourceKinesisStreamArn'], type: 'string', required: false },
  { path: ['records'], type: 'array', required: true },
  { path: ['records', 0, 'recordId'], type: 'string', required: true },
  { path: ['records', 0, 'approximateArrivalTimestamp'], type: 'number', required: true },
  { path: ['records', 0, 'data'], type: 'string', required: true },
  { path: ['records', 0, 'kinesisRecordMetadata'], type: 'object', required: false },
  { path: ['records', 0, 'kinesisRecordMetadata', 'shardId'], type: 'string', required: true },
  { path: ['records', 0, 'kinesisRecordMetadata', 'partitionKey'], type: 'string', required: true },
  { path: ['records', 0, 'kinesisRecordMetadata', 'sequenceNumber'], type: 'string', required: true },
  { path: ['records', 0, 'kinesisRecordMetadata', 'subsequenceNumber'], type: 'string', required: false },
  { path: ['records', 0, 'kinesisRecordMetadata', 'approximateArrivalTimestamp'], type: 'number', required: true },
] as const;

const WRONG: Readonly<Record<string, unknown>> = { string: 7, number: 'seven', array: {}, object: 'no' };

const documented = (): FirehoseTransformationEvent => ({
  invocationId: 'invocation',
  deliveryStreamArn: 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/tenantscope',
  sourceKinesisStreamArn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/tenantscope-cell-1',
  region: 'eu-west-1',
  records: [
    {
      recordId: '49546986683135544286507457936321625675700192471156785154',
      approximateArrivalTimestamp: ARRIVAL,
      data: Buffer.from(line()).toString('base64'),
      kinesisRecordMetadata: {
        shardId: 'shardId-000000000000',
        partitionKey: '4d1ad2b9-24f8-4b9d-a088-76e9947c317a',
        approximateArrivalTimestamp: ARRIVAL,
        sequenceNumber: '49546986683135544286507457936321625675700192471156785154',
        subsequenceNumber: '0',
      },
    },
  ],
});

function changed(
  path: readonly (string | number)[],
  change: (holder: Record<string | number, unknown>, key: string | number) => void,
): unknown {
  const event: unknown = structuredClone(documented());
  let holder = event as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  change(holder, path.at(-1) ?? '');
  return event;
}

describe('the event as AWS documents it', () => {
  it('is read, from a Kinesis stream and put directly, with the sub-sequence number in each of its published types', () => {
    expect(readFirehoseEvent(documented())).toEqual(documented());
    const { sourceKinesisStreamArn: _source, ...direct } = documented();
    const records = direct.records.map(({ kinesisRecordMetadata: _metadata, ...record }) => record);
    expect(readFirehoseEvent({ ...direct, records })).toBeTruthy();
    for (const subsequenceNumber of ['0', 0, ''])
      expect(
        readFirehoseEvent(
          changed(['records', 0, 'kinesisRecordMetadata', 'x'], (holder) =>
            Object.assign(holder, { subsequenceNumber }),
          ),
        ),
      ).toBeTruthy();
  });

  it('may gain fields: AWS adds some', () => {
    for (const { path } of EVENT_FIELDS.filter((field) => field.type !== 'array'))
      expect(
        readFirehoseEvent(changed([...path.slice(0, -1), 'new'], (holder) => Object.assign(holder, { new: 1 }))),
      ).toBeTruthy();
  });

  it.each(EVENT_FIELDS.map((field) => [field.path.join('.'), field] as const))(
    'says which field is wrong: %s',
    (_name, { path, type, required }) => {
      const wrong = changed(path, (holder, key) => Object.assign(holder, { [key]: WRONG[type] }));
      if (path.at(-1) !== 'subsequenceNumber') expect(() => readFirehoseEvent(wrong)).toThrow(String(path.at(-1)));
      const without = changed(path, (holder, key) => void delete holder[key]);
      if (required) expect(() => readFirehoseEvent(without)).toThrow(String(path.at(-1)));
      else expect(readFirehoseEvent(without)).toBeTruthy();
    },
  );
});

/** Every rule of the documented response; each throws with what it found. */
function holdToContract(
  event: FirehoseEvent,
  response: unknown,
  outcomes: readonly RecordOutcome[],
  reput: ReadonlySet<string>,
): void {
  const text = JSON.stringify(response);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(PAYLOAD_BYTES);
  const { records, ...others } = JSON.parse(text) as FirehoseTransformationResult;
  expect(others).toEqual({});
  expect(records.map(({ recordId }) => recordId)).toEqual(event.records.map(({ recordId }) => recordId));
  for (const [at, { result, data, metadata, recordId, ...more }] of records.entries()) {
    expect(more).toEqual({});
    expect(STATUSES).toContain(result);
    expect(Buffer.from(data ?? '', 'base64').toString('base64')).toBe(data);
    if (result === 'Ok') {
      expect(Object.keys(metadata?.partitionKeys ?? {})).toEqual(['tenant_id', 'dt']);
      for (const value of Object.values(metadata?.partitionKeys ?? {})) expect(value).toMatch(/^[\w-]{1,64}$/);
      expect(Buffer.from(data ?? '', 'base64').at(-1)).toBe(0x0a);
    } else {
      expect(metadata).toBeUndefined();
      // What Firehose keeps of a failure is the record as it came, or nothing when the answer has no room for it.
      expect(['', result === 'Dropped' ? '' : event.records[at]?.data]).toContain(data);
    }
    if (result === 'Dropped') expect(reput.has(recordId) || outcomes[at]?.outcome === 'control').toBe(true);
  }
}

const tenantLine = fc
  .record({
    tenant_id: fc.constantFrom('acme', 'evil', 'newco', '_shared', '../x'),
    namespace: fc.constantFrom('tenant-acme', 'tenant-evil', 'elsewhere', 'shared-search'),
    log: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json(),
      fc.nat(120_000).map((n) => 'x"\\\u0001'.repeat(n / 4)),
    ),
  })
  .map((over) => line(over));
const recordBytes = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 4, arbitrary: fc.array(tenantLine, { maxLength: 12 }).map((lines) => Buffer.from(lines.join(''))) },
);
const anyEvent = fc
  .record({
    kinesis: fc.boolean(),
    stream: fc.constantFrom('tenantscope-cell-1', 'tenantscope-platform'),
    records: fc.uniqueArray(fc.record({ recordId: fc.string({ minLength: 1, maxLength: 512 }), bytes: recordBytes }), {
      selector: ({ recordId }) => recordId,
      maxLength: 30,
    }),
    subsequence: fc.constantFrom('0', 0, '', undefined),
  })
  .map(({ kinesis, stream, records, subsequence }): FirehoseEvent => {
    const { records: _records, sourceKinesisStreamArn: _source, ...base } = documented();
    return {
      ...base,
      ...(kinesis ? { sourceKinesisStreamArn: `arn:aws:kinesis:eu-west-1:1:stream/${stream}` } : {}),
      records: records.map(({ recordId, bytes }, at) => ({
        recordId,
        approximateArrivalTimestamp: ARRIVAL,
        data: bytes.toString('base64'),
        ...(kinesis
          ? {
              kinesisRecordMetadata: {
                shardId: 'shardId-000000000001',
                partitionKey: 'p',
                approximateArrivalTimestamp: ARRIVAL + at,
                sequenceNumber: String(at),
                ...(subsequence === undefined ? {} : { subsequenceNumber: subsequence }),
              },
            }
          : {}),
      })),
    };
  });

describe('the response as AWS documents it', () => {
  it('is given to any event, whatever its records hold and whether pieces are taken', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent, fc.boolean(), async (event, taken) => {
        const outcomes: RecordOutcome[] = [];
        const reput = new Set<string>();
        const transform = createTransform({
          registry: () => registry,
          trust: 'namespace',
          platformStream: 'tenantscope-platform',
          reput: async (pieces, record) => {
            if (taken) reput.add(record.recordId);
            return pieces.map(() => taken);
          },
          observe: (outcome) => outcomes.push(outcome),
        });
        holdToContract(event, await transform(event), outcomes, reput);
      }),
      { numRuns: 120 },
    );
  });

  it('stays under its limit for a request at its limit, of records that grow', async () => {
    // 6 MB of base64 is 4.5 MB of lines; the events of short lines are three times as long.
    const record = Array.from({ length: 2400 }, (_, offset) => line({ offset, log: 'x' })).join('');
    const count = Math.floor((PAYLOAD_BYTES - 4096) / (record.length * (4 / 3) + 400));
    const base = documented();
    const event: FirehoseEvent = {
      ...base,
      records: Array.from({ length: count }, (_, at) => ({
        recordId: String(at),
        approximateArrivalTimestamp: ARRIVAL,
        data: Buffer.from(record).toString('base64'),
      })),
    };
    expect(JSON.stringify(event).length).toBeGreaterThan(5.5 * 1024 * 1024);
    const outcomes: RecordOutcome[] = [];
    const reput = new Set<string>();
    const transform = createTransform({
      registry: () => registry,
      trust: 'namespace',
      platformStream: 'p',
      reput: async (pieces, { recordId }) => {
        reput.add(recordId);
        return pieces.map(() => true);
      },
      observe: (outcome) => outcomes.push(outcome),
    });
    holdToContract(event, await transform(event), outcomes, reput);
    expect(reput.size).toBeGreaterThan(0);
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted').length).toBeGreaterThan(0);
    expect(outcomes.every(({ lines }) => lines === 2400)).toBe(true);
  });
});
