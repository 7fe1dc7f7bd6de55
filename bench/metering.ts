import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Bench } from 'tinybench';
import { meter, runWithTenant } from '../ingest/metering/index.js';

/**
 * `npm run bench:metering`: a GetItem through the SDK's whole stack, answered in memory, with and without metering.
 * Interleaved, medians; what matters is the difference per call.
 */
const body = JSON.stringify({
  Item: { id: { S: 'x' } },
  ConsumedCapacity: { TableName: 'orders', CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } },
});
const response = (): object => ({
  response: {
    statusCode: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Readable.from([Buffer.from(body)]),
  },
});
const client = (): DynamoDBClient =>
  new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: { handle: async () => response() } as never,
  });
const plain = client();
let bytes = 0;
const metered = meter(client(), {
  sink: (line) => {
    bytes += line.length;
  },
});
const get = () =>
  new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'x' } }, ReturnConsumedCapacity: 'INDEXES' });
const unasked = () => new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'x' } } });

const bench = new Bench({ time: 2000, warmupTime: 500, name: 'GetItem, answered in memory' });
bench.add('without metering', async () => {
  await plain.send(get());
});
bench.add('metered', async () => {
  await runWithTenant('acme', () => metered.send(unasked()));
});
await bench.run();
const medians = bench.tasks.map(({ name, result }) => ({
  task: name,
  median_us: 'latency' in result ? Math.round(result.latency.p50 * 10_000) / 10 : Number.NaN,
  samples: 'latency' in result ? result.latency.samplesCount : 0,
}));
console.table(medians);
const [without, withIt] = medians;
if (without !== undefined && withIt !== undefined)
  console.log(
    `metering adds ${(withIt.median_us - without.median_us).toFixed(1)} µs to a call (${bytes > 0 ? 'lines printed' : 'nothing printed'})`,
  );
