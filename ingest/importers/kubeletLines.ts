import * as z from 'zod';
import { AppError } from '../../model/index.js';
import { parseJson } from './cloudTrailLines.js';
import { textOf } from './content.js';
import type { Content, ContentReader, ImportedLine } from './ImportedLine.js';
import { splitJson } from './splitJson.js';

const usage = z.looseObject({ time: z.string() });
const summarySchema = z.looseObject({
  node: z.looseObject({ nodeName: z.string() }),
  pods: z.array(
    z.looseObject({
      podRef: z.looseObject({ name: z.string(), namespace: z.string(), uid: z.string() }),
      containers: z
        .array(
          z.looseObject({
            name: z.string(),
            cpu: usage.extend({ usageCoreNanoSeconds: z.number().nonnegative().optional() }).optional(),
            memory: usage.extend({ workingSetBytes: z.number().nonnegative().optional() }).optional(),
          }),
        )
        .default([]),
    }),
  ),
});

interface Sample {
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly time: string;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/**
 * Container samples: answers of the kubelet's Summary API (`/stats/summary`), one after the other, or cAdvisor's metrics
 * in the Prometheus text format (`/metrics/cadvisor`, with time stamps). One line per container and sample.
 */
export const readKubeletLines: ContentReader = async function* (content, { intervalSeconds }) {
  const text = await textOf(content);
  const samples = text.trimStart().startsWith('{') ? summarySamples(text, content) : cadvisorSamples(text, content);
  for (const sample of samples) yield lineOf(sample, content, intervalSeconds);
};

function lineOf(sample: Sample, content: Content, intervalSeconds: number): ImportedLine {
  const { cpu, memory, ...place } = sample;
  const text = JSON.stringify({
    ...place,
    ...(cpu === undefined ? {} : { cpu_nanoseconds: BigInt(Math.round(cpu)).toString() }),
    ...(memory === undefined ? {} : { memory_bytes: BigInt(Math.round(memory)).toString() }),
    interval_seconds: String(intervalSeconds),
  });
  // The same sample of the same container is the same line, wherever it was recorded.
  return { text, file: content.name, uid: `${sample.uid || sample.pod}/${sample.container}/${sample.time}` };
}

function* summarySamples(text: string, content: Content): Generator<Sample> {
  for (const { text: document, line } of splitJson(text)) {
    const parsed = summarySchema.safeParse(parseJson(document));
    if (!parsed.success) {
      throw new AppError('INPUT_INVALID', "not an answer of the kubelet's Summary API", {
        where: `${content.name}:${line}`,
        expected: '{"node": {"nodeName"}, "pods": [{"podRef", "containers"}]}',
        got: JSON.stringify(document.slice(0, 60)),
      });
    }
    for (const { podRef, containers } of parsed.data.pods) {
      for (const { name, cpu, memory } of containers) {
        const time = cpu?.time ?? memory?.time;
        if (time === undefined) continue;
        yield {
          node: parsed.data.node.nodeName,
          namespace: podRef.namespace,
          pod: podRef.name,
          uid: podRef.uid,
          container: name,
          time,
          cpu: cpu?.usageCoreNanoSeconds,
          memory: memory?.workingSetBytes,
        };
      }
    }
  }
}

const METRIC = /^(container_cpu_usage_seconds_total|container_memory_working_set_bytes)\{([^}]*)\} (\S+)(?: (\d+))?$/;

/** Values are doubles in seconds; a nanosecond counter over 104 days loses its last digits in them, and nothing more. */
function cadvisorSamples(text: string, content: Content): Iterable<Sample> {
  const samples = new Map<string, Sample>();
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    const match = METRIC.exec(line);
    if (match === null) continue;
    const [, metric, labels = '', value, stamp] = match;
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const container = label('container');
    // Without a container it is the pod's or the node's sum of what the containers say; POD is the sandbox.
    if (container === '' || container === 'POD') continue;
    if (stamp === undefined) {
      throw new AppError('INPUT_INVALID', 'the sample has no time stamp', {
        where: `${content.name}:${number}`,
        expected: 'metrics as the kubelet serves them at /metrics/cadvisor, with milliseconds after each value',
        got: JSON.stringify(line.slice(0, 80)),
      });
    }
    const [namespace, pod] = [label('namespace'), label('pod')];
    const key = `${namespace}/${pod}/${container}/${stamp}`;
    const time = new Date(Number(stamp)).toISOString();
    const uid = /pod([0-9a-f]{8}[-_][0-9a-f_-]{27})/.exec(label('id'))?.[1]?.replaceAll('_', '-') ?? '';
    const sample: Sample = samples.get(key) ?? {
      node: '',
      namespace,
      pod,
      uid,
      container,
      time,
      cpu: undefined,
      memory: undefined,
    };
    const isCpu = metric === 'container_cpu_usage_seconds_total';
    samples.set(key, isCpu ? { ...sample, cpu: Number(value) * 1e9 } : { ...sample, memory: Number(value) });
  }
  if (samples.size === 0) {
    throw new AppError('INPUT_INVALID', 'no container sample in the file', {
      where: content.name,
      expected: "answers of the kubelet's Summary API, or cAdvisor metrics in the Prometheus text format",
      got: JSON.stringify(text.slice(0, 60)),
    });
  }
  return samples.values();
}
