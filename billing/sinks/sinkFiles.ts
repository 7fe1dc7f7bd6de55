import { batchesOf, batchInput } from './marketplaceSender.js';
import type { SinkRecord } from './SinkRecord.js';
import type { SinkSettings } from './sinkSettings.js';
import { meterEventForm } from './stripeSender.js';

/**
 * Records as files for whoever sends them himself. Stripe: a meter event a line, as its v1 API takes it as JSON or form. AWS Marketplace: an
 * input of BatchMeterUsage a file, as `aws meteringmarketplace batch-meter-usage --cli-input-json` takes it. The same records give the same
 * bytes.
 *
 * @param number tells the files of one run from those of another
 */
export function sinkFiles(
  sink: string,
  settings: SinkSettings,
  records: readonly SinkRecord[],
  number: number,
): ReadonlyMap<string, string> {
  if (records.length === 0) return new Map();
  const name = `${sink}-${String(number).padStart(10, '0')}`;
  if (settings.type === 'stripe') {
    return new Map([
      [`${name}.ndjson`, records.map((record) => `${JSON.stringify(meterEventForm(record))}\n`).join('')],
    ]);
  }
  const batches = batchesOf(records).map((batch) => batchInput(batch, settings.product_code));
  return new Map(
    batches.map((batch, at) => [
      `${name}-${String(at + 1).padStart(5, '0')}.json`,
      `${JSON.stringify(batch, null, 2)}\n`,
    ]),
  );
}
