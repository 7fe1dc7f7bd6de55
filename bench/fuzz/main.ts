import { parseArgs } from 'node:util';
import { fuzzTransform } from './fuzzTransform.js';

const HELP = `npm run fuzz:transform -- [--records N] [--seed S] [--from N] [--large-bytes N] [--json]

Feeds made-up records to the transform and holds every answer to the contract and the accounts. Ends with 1 when one is
wrong; times are reported, never judged.

  --records N      how many records (default 100000)
  --seed S         which ones (default: today's date as a number)
  --from N         number of the first record: with --records 1, a fault again
  --large-bytes N  size of the large lines of every shape (default 1000000; 0: none)
  --json           the report as JSON`;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
    from: { type: 'string', default: '0' },
    'large-bytes': { type: 'string', default: '1000000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** A whole number of a flag; ends the program with 64 for anything else. */
function whole(flag: 'records' | 'seed' | 'from' | 'large-bytes'): number {
  const value = Number(values[flag]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`expected a whole number for --${flag}, got ${values[flag]}\n`);
  process.exit(64);
}

if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const records = whole('records');
let shown = 0;
const report = await fuzzTransform({
  records,
  seed: whole('seed'),
  from: whole('from'),
  largeBytes: whole('large-bytes'),
  stopwatch: () => performance.now(),
  onProgress: (done) => {
    if (done - shown < records / 20) return;
    shown = done;
    process.stderr.write(`${done} of ${records} records\n`);
  },
});
if (values.json) {
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} else {
  const { seed, lines, outcomes, faults, slowestRecords, slowestLargeLines, largeLines } = report;
  process.stdout.write(`seed ${seed}: ${records} records, ${lines} lines, ${faults.length} faults\n`);
  for (const [outcome, count] of Object.entries(outcomes).sort((a, b) => b[1] - a[1]))
    process.stdout.write(`${String(count).padStart(10)}  ${outcome}\n`);
  process.stdout.write('slowest records\n');
  for (const { record, ms } of slowestRecords) process.stdout.write(`${ms.toFixed(2).padStart(10)} ms  ${record}\n`);
  if (largeLines > 0) process.stdout.write(`slowest of ${largeLines} large lines\n`);
  for (const { name, ms } of slowestLargeLines) process.stdout.write(`${ms.toFixed(2).padStart(10)} ms  ${name}\n`);
  for (const { record, fault } of faults.slice(0, 20))
    process.stdout.write(`fault: record ${record}: ${fault} (again: --seed ${seed} --from ${record} --records 1)\n`);
}
process.exitCode = report.faults.length > 0 ? 1 : 0;
