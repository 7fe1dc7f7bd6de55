import { FIREHOSE_LIMITS } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { benchEvent, benchRegistry } from './benchEvent.js';
import { linesOf } from './workloads.js';

/**
 * A process of its own, started by the benchmark: transforms batches as large as Lambda takes, from the event's JSON to the
 * answer's, as Lambda's runtime does, and prints the most memory the process ever held.
 */
const BATCHES = 30;
/** What base64 and the keys of a record add. */
const EVENT_BYTES_PER_LINE_BYTE = 1.34;
const RECORD_KEYS_BYTES = 420;

const perRecord = Number(process.argv[2] ?? '1');
const lines = linesOf('mixed', 12_000).map((line) => `${line}\n`);
const records: string[] = [];
let bytes = 1024;
for (let at = 0; at + perRecord <= lines.length; at += perRecord) {
  const record = lines.slice(at, at + perRecord).join('');
  bytes += record.length * EVENT_BYTES_PER_LINE_BYTE + RECORD_KEYS_BYTES;
  if (bytes > FIREHOSE_LIMITS.payloadBytes) break;
  records.push(record);
}
const text = JSON.stringify(benchEvent(records));
let sentAgain = 0;
const transform = createTransform({
  registry: () => benchRegistry,
  trust: 'namespace',
  platformStream: 'platform',
  reput: async (pieces) => pieces.map(() => true),
  observe: ({ outcome }) => {
    if (outcome === 'reput') sentAgain += 1;
  },
});
let answer = 0;
for (let batch = 0; batch < BATCHES; batch += 1) answer = JSON.stringify(await transform(JSON.parse(text))).length;
process.stdout.write(
  JSON.stringify({
    records: records.length,
    request_bytes: text.length,
    answer_bytes: answer,
    records_sent_again: sentAgain / BATCHES,
    peak_rss_mb: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
