import { execFileSync } from 'node:child_process';
import { arch, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import type { FirehoseEvent, FirehoseResponse } from '../../model/index.js';
import { createTransform } from '../../transforms/index.js';
import { benchEvent, benchRegistry, benchTenants } from './benchEvent.js';
import { naiveTextbook } from './naiveTextbook.js';
import { plainTextbook } from './plainTextbook.js';
import { AGGREGATE_LINES, linesOf, WORKLOADS, type Workload } from './workloads.js';

/**
 * `npm run bench:transform [-- --json] [--node PATH …]`: the transform, under each Node that is named, against two textbooks in
 * one process, one thread: *plain* decodes, parses, rebuilds and encodes and has no other feature; *same features* has every
 * feature, written naively. Rounds interleaved, medians over all rounds. Absolute figures move with the machine by a
 * quarter; quote the ratios.
 */
const ROUNDS = 7;
const LINES = AGGREGATE_LINES;

interface Row {
  readonly workload: Workload;
  readonly records: 'single' | 'aggregated';
  readonly json: 'with event JSON' | 'objects';
  readonly plain: number;
  readonly same_features: number;
  readonly tenantscope: number;
  readonly against_plain: number;
  readonly against_same: number;
}

const ours = createTransform({
  registry: () => benchRegistry,
  trust: 'namespace',
  platformStream: 'platform',
  reput: async (pieces) => pieces.map(() => true),
  observe: () => {},
});
const CONTENDERS = { plain: plainTextbook, same_features: naiveTextbook(benchTenants), tenantscope: ours } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean', default: false }, node: { type: 'string', multiple: true, default: [] } },
  });
  if (values.node.length > 0) {
    const self = fileURLToPath(import.meta.url);
    for (const node of values.node)
      execFileSync(node, [self, ...(values.json ? ['--json'] : [])], { stdio: 'inherit' });
    return;
  }
  const rows: Row[] = [];
  for (const workload of WORKLOADS) {
    for (const records of ['single', 'aggregated'] as const) {
      const event = eventOf(workload, records === 'aggregated');
      await holdEqual(event);
      for (const json of ['with event JSON', 'objects'] as const)
        rows.push(await measure(event, workload, records, json));
    }
  }
  const about = { node: process.version, arch: arch(), cpu: cpus()[0]?.model ?? 'unknown', rounds: ROUNDS };
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ ...about, unit: 'microseconds a line', rows, memory: memory() }, null, 2)}\n`,
    );
    return;
  }
  console.log(`Node ${about.node} on ${about.cpu}: microseconds a line of 460 bytes, medians of ${ROUNDS} rounds`);
  console.table(rows);
  console.log('Batches of 6 MB, a process each');
  console.table(memory());
}

/** One batch of {@link LINES} lines, alone or in one aggregate. */
function eventOf(workload: Workload, aggregated: boolean): FirehoseEvent {
  const lines = linesOf(workload, LINES).map((line) => `${line}\n`);
  return benchEvent(aggregated ? [lines.join('')] : lines);
}

/** Memory of batches at Lambda's limit, each in a process of its own. */
function memory(): readonly object[] {
  const script = fileURLToPath(new URL('./memory.js', import.meta.url));
  // Node takes what it finds; newer versions keep far more for young objects unless they are told.
  const heaps = [
    ['of 256 MB', ['--max-old-space-size=160', '--max-semi-space-size=8']],
    ['as Node chooses', []],
  ] as const;
  return heaps.flatMap(([heap, flags]) =>
    [1, 500].map((lines) => {
      const printed = execFileSync(process.execPath, [...flags, script, String(lines)], { encoding: 'utf8' });
      return { heap, lines_a_record: lines, ...(JSON.parse(printed) as object) };
    }),
  );
}

/** The two that have every feature must say the same of every line. Throws when they do not. */
async function holdEqual(event: FirehoseEvent): Promise<void> {
  const read = (response: FirehoseResponse): unknown =>
    response.records.map(({ recordId, result, metadata, data }) => {
      const lines = Buffer.from(data, 'base64').toString().trimEnd().split('\n');
      return { recordId, result, metadata, events: lines.map((line) => sorted(JSON.parse(line) as object)) };
    });
  const [one, other] = [read(await ours(event)), read(CONTENDERS.same_features(event))].map((value) =>
    JSON.stringify(value),
  );
  if (one === other) return;
  let at = 0;
  while (one?.[at] === other?.[at]) at += 1;
  throw new Error(`the transforms differ:\n${one?.slice(at - 200, at + 200)}\n${other?.slice(at - 200, at + 200)}`);
}

function sorted(event: object): unknown {
  const { attributes, ...rest } = event as { attributes: Record<string, string> };
  return { ...rest, attributes: Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

async function measure(
  event: FirehoseEvent,
  workload: Workload,
  records: Row['records'],
  json: Row['json'],
): Promise<Row> {
  const text = JSON.stringify(event);
  const samples: Record<keyof typeof CONTENDERS, number[]> = { plain: [], same_features: [], tenantscope: [] };
  for (let round = 0; round < ROUNDS + 1; round += 1) {
    const bench = new Bench({ iterations: 5, time: 0, warmupIterations: round === 0 ? 10 : 1, warmupTime: 0 });
    for (const [name, transform] of Object.entries(CONTENDERS)) {
      bench.add(name, async () => {
        if (json === 'objects') await transform(event);
        else JSON.stringify(await transform(JSON.parse(text) as FirehoseEvent));
      });
    }
    await bench.run();
    // The first round only warms up.
    for (const { name, result } of round === 0 ? [] : bench.tasks)
      if ('latency' in result) samples[name as keyof typeof samples].push((result.latency.p50 * 1000) / LINES);
  }
  const median = (values: number[]): number =>
    Number((values.sort((a, b) => a - b)[values.length >> 1] ?? 0).toFixed(2));
  const [plain, same_features, tenantscope] = [samples.plain, samples.same_features, samples.tenantscope].map(
    median,
  ) as [number, number, number];
  const times = (other: number): number => Number((other / tenantscope).toFixed(2));
  return {
    workload,
    records,
    json,
    plain,
    same_features,
    tenantscope,
    against_plain: times(plain),
    against_same: times(same_features),
  };
}

await main();
