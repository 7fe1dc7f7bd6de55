import { createHash } from 'node:crypto';
import { AppError } from '../../model/index.js';
import type { OutgoingRecord, StreamTarget, WriteReport } from '../writers/StreamTarget.js';
import { type WriteOptions, writeRecords } from '../writers/writeRecords.js';
import type { ImportSink } from './ImportSink.js';

/** Bytes of one aggregated record: small enough that what the transform makes of it fits its answer. */
const RECORD_BYTES = 256 * 1024;

/**
 * Into the platform's stream, lines aggregated into records. A line has an identity of its own, so importing the same
 * file again makes duplicates that count once. Throws WRITE_FAILED when records could not be delivered.
 */
export function streamImportSink(target: StreamTarget, options: Omit<WriteOptions, 'onUndelivered'>): ImportSink {
  const total = { written: 0, undelivered: 0, calls: 0, retriedEntries: 0 };
  const reasons = new Set<string>();
  return {
    write: async (key, envelopes) => {
      const report: WriteReport = await writeRecords(aggregate(key, envelopes), target, {
        ...options,
        onUndelivered: ({ reason }) => {
          reasons.add(reason);
        },
      });
      for (const name of ['written', 'undelivered', 'calls', 'retriedEntries'] as const) total[name] += report[name];
      if (report.undelivered > 0) {
        throw new AppError('WRITE_FAILED', 'the stream did not take every record', {
          expected: `${report.written + report.undelivered} records`,
          got: `${report.undelivered} refused (${[...reasons].join(', ')})`,
          hint: 'import the same files again: what was taken counts once',
        });
      }
    },
    finish: async () => ({ written: total }),
    abandon: async () => {},
  };
}

async function* aggregate(key: string, envelopes: AsyncIterable<string>): AsyncGenerator<OutgoingRecord> {
  let parts: string[] = [];
  let size = 0;
  let number = 0;
  const record = (): OutgoingRecord => {
    number += 1;
    return {
      data: Buffer.from(parts.join('')),
      partitionKey: createHash('sha256').update(`${key}/${number}`).digest('hex').slice(0, 32),
    };
  };
  for await (const envelope of envelopes) {
    const bytes = Buffer.byteLength(envelope) + 1;
    if (size > 0 && size + bytes > RECORD_BYTES) {
      yield record();
      parts = [];
      size = 0;
    }
    parts.push(`${envelope}\n`);
    size += bytes;
  }
  if (size > 0) yield record();
}
