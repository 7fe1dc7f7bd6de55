import { Session } from 'node:inspector/promises';
import { createTransform } from '../../transforms/index.js';
import { benchEvent, benchRegistry } from './benchEvent.js';
import { AGGREGATE_LINES, linesOf, WORKLOADS } from './workloads.js';

/**
 * `node dist/bench/transform/profile.js`: where the transform's time goes, by step, from the engine's own sampling profiler: self
 * time of every function, added up by the file it stands in.
 */
const PASSES = 150;
const INTERVAL_MICROSECONDS = 200;

/** Files, or functions of Node itself, by what they do; the first that fits counts. */
const STEPS: readonly (readonly [step: string, pattern: RegExp])[] = [
  ['collecting garbage', /\(garbage collector\)/],
  ['hashing the id', /eventId|^hash /],
  ['JSON in (envelope, line)', /jsonObject/],
  ['writing the event', /serialiseEvent|usageText|jsonText|NdjsonBuffer|^(?:utf8Write|write|base64Slice|toString) /],
  ['base64 and text in', /decodeRecord|unpack|deaggregateKpl|^(?:from|slice|base64Write|utf8Slice|FastBuffer) /],
  ['identity', /readEnvelope|identify|transformRecord/],
  ['redaction', /redact/i],
  ['metering', /meter|Micros|quantities/i],
  ['recognising the line', /formats|parseText|parseTime|severity|LoggerFields|httpStatus|logger|RegExp/],
  ['building the event', /normaliseLine|flattenAttributes|textLimits|Window|UtcDay/],
  ['answering the batch', /transform\.js|Firehose/],
];

interface Sampled {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

async function profiled(work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
  await session.post('Profiler.start');
  await work();
  const { profile } = (await session.post('Profiler.stop')) as { readonly profile: Sampled };
  session.disconnect();
  const names = new Map(
    profile.nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName} ${callFrame.url.split('/').at(-1) ?? ''}`,
    ]),
  );
  const times = new Map<string, number>();
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const name = names.get(id) ?? '';
    const step = STEPS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'everything else';
    times.set(step, (times.get(step) ?? 0) + (profile.timeDeltas?.[at] ?? 0));
  }
  return times;
}

const transform = createTransform({
  registry: () => benchRegistry,
  trust: 'namespace',
  platformStream: 'platform',
  reput: async (pieces) => pieces.map(() => true),
  observe: () => {},
});
const shares: Record<string, Record<string, string>> = {};
for (const workload of WORKLOADS) {
  for (const aggregated of [false, true]) {
    const lines = linesOf(workload, AGGREGATE_LINES).map((line) => `${line}\n`);
    const event = benchEvent(aggregated ? [lines.join('')] : lines);
    const pass = async (): Promise<void> => {
      for (let done = 0; done < PASSES; done += 1) await transform(event);
    };
    await pass();
    const times = await profiled(pass);
    const total = [...times.values()].reduce((sum, time) => sum + time, 0);
    const column = `${workload}, ${aggregated ? 'aggregated' : 'single'}`;
    for (const [step, time] of [...times].sort((a, b) => b[1] - a[1]))
      shares[step] = { ...shares[step], [column]: `${((100 * time) / total).toFixed(0)} %` };
  }
}
console.log(`Node ${process.version}: shares of the transform's time by step`);
console.table(shares);
