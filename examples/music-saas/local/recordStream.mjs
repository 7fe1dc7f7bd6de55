import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes records as a recorded Kinesis stream: a file of records, and beside it, in FILE.arrivals, when the stream received
 * which of them. `tenantscope run` reads both and delivers as Firehose would.
 */
export async function recordStream({ folder, stream, records }) {
  const sorted = records.toSorted((one, other) => one.arrival - other.arrival);
  const bodies = sorted.map(({ record }) => `${JSON.stringify(record)}\n`);
  const index = [];
  sorted.forEach(({ arrival }, place) => {
    const last = index.at(-1);
    const length = Buffer.byteLength(bodies[place]);
    if (last?.arrival === arrival && last.lengths.length < 500) last.lengths.push(length);
    else index.push({ arrival, stream, shard: 'shardId-000000000000', sequence: String(place + 1), lengths: [length] });
  });
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${stream}.ndjson`);
  await writeFile(file, bodies.join(''));
  await writeFile(`${file}.arrivals`, index.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return { file, records: sorted.length };
}

/** A client with the one call that `kinesisSink` makes; what it takes is kept with the clock's time. */
export function collectingStream(clock) {
  const records = [];
  return {
    records,
    client: {
      putRecords: async ({ Records }) => {
        for (const { Data } of Records)
          records.push({ arrival: clock(), record: JSON.parse(Buffer.from(Data).toString()) });
        return { Records: Records.map(() => ({})) };
      },
    },
  };
}
