import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LAKE } from '../../model/index.js';
import { type DeliveryOptions, type DeliverySummary, runDelivery } from '../delivery/runDelivery.js';
import { openLake } from '../lake/openLake.js';
import type { ImportSink } from './ImportSink.js';

/** Bytes of spooled records that are delivered together: bounds the disk space an import of any size needs. */
const SPOOL_BYTES = 256 * 1024 * 1024;

/** Into a local lake, by the same delivery as everything else: content the lake has already is passed over. */
export async function lakeSink(options: Omit<DeliveryOptions, 'inputs' | 'stdin' | 'records'>): Promise<ImportSink> {
  await openLake(options.lake);
  await mkdir(join(options.lake, LAKE.staging), { recursive: true });
  const spool = await mkdtemp(join(options.lake, LAKE.staging, 'import-'));
  const deliveries: DeliverySummary[] = [];
  let bytes = 0;
  let files: string[] = [];
  const deliver = async (): Promise<void> => {
    if (files.length > 0) deliveries.push(await runDelivery({ ...options, inputs: files, records: 'lines' }));
    for (const file of files) await rm(file, { force: true });
    files = [];
    bytes = 0;
  };
  return {
    write: async (key, envelopes) => {
      const file = join(spool, `${key}.ndjson`);
      const before = bytes;
      async function* lines(): AsyncGenerator<string> {
        for await (const envelope of envelopes) {
          bytes += envelope.length + 1;
          yield `${envelope}\n`;
        }
      }
      try {
        await pipeline(Readable.from(lines()), createWriteStream(file));
      } catch (error) {
        // Half a file is not that file: nothing of it is delivered.
        await rm(file, { force: true });
        bytes = before;
        throw error;
      }
      if (bytes > before) files.push(file);
      if (bytes >= SPOOL_BYTES) await deliver();
    },
    finish: async () => {
      await deliver();
      await rm(spool, { recursive: true, force: true });
      return { deliveries };
    },
    abandon: () => rm(spool, { recursive: true, force: true }),
  };
}
