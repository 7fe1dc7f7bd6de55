import { asMicros } from '../../model/index.js';
import { jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { dividedMicros } from './quantities.js';
import type { SourceReader, SourceUsage } from './SourceLine.js';

const GIB = 1024n ** 3n;

/**
 * One container sample, as the importer takes it out of the kubelet's Summary API or cAdvisor's metrics:
 * `{namespace, pod, uid, container, time, cpu_nanoseconds, memory_bytes, interval_seconds}`, integers as text. CPU is the
 * container's cumulative counter; memory is a level, which counts for the interval it was sampled at.
 */
export const readKubeletLine: SourceReader = (text) => {
  const sample = jsonObject(text);
  const { namespace, pod, uid, container, node } = sample ?? {};
  const at = typeof sample?.time === 'string' ? parseIsoTime(sample.time) : undefined;
  if (typeof namespace !== 'string' || typeof container !== 'string' || at === undefined) return undefined;
  const cpu = integerOf(sample?.cpu_nanoseconds);
  const memory = integerOf(sample?.memory_bytes);
  const interval = integerOf(sample?.interval_seconds);
  const entry = { service: 'EKS', resource: namespace, operation: '' };
  const usage: SourceUsage[] = [];
  // A thousandth of a nanosecond is less than a millionth of a second: the counter is cut, so no difference is lost.
  if (cpu !== undefined)
    usage.push({ ...entry, meter: 'vcpu_seconds', series: `${uid}/${container}`, quantity: asMicros(cpu / 1000n) });
  if (memory !== undefined && interval !== undefined)
    usage.push({ ...entry, meter: 'memory_gib_seconds', quantity: dividedMicros(memory * interval, GIB) });
  return {
    parsed: {
      ...PLAIN,
      format: 'kubelet',
      body: `${namespace}/${String(pod)}/${container}`,
      time: at,
      timeText: String(sample?.time),
      eventName: 'kubelet.sample',
      rest: {
        'k8s.namespace.name': namespace,
        'k8s.pod.name': String(pod ?? ''),
        'k8s.pod.uid': String(uid ?? ''),
        'k8s.container.name': container,
        'k8s.node.name': String(node ?? ''),
      },
    },
    resources: [{ kind: 'namespaces', name: namespace }],
    usage,
    problems: usage.length < 2 ? ['usage_invalid_quantity'] : [],
    counts: { EKS: 'kubelet' },
  };
};

function integerOf(value: unknown): bigint | undefined {
  return typeof value === 'string' && /^\d{1,18}$/.test(value) ? BigInt(value) : undefined;
}
