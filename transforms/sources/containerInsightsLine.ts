import { isObject, jsonObject } from '../jsonObject.js';
import { PLAIN } from '../ParsedText.js';
import { dividedMicros } from './quantities.js';
import type { SourceReader, SourceUsage } from './SourceLine.js';

const GIB = 1024n ** 3n;
/** Container Insights writes one performance event a minute. */
const INTERVAL_SECONDS = 60n;

/**
 * A pod's performance event of Container Insights (EMF in CloudWatch Logs). CPU is a level in millicores and memory one in
 * bytes, so both are the level times the minute it was measured for. Events of nodes, services and containers repeat what
 * the pods say, and are kept without usage.
 */
export const readContainerInsightsLine: SourceReader = (text) => {
  const event = jsonObject(text);
  if (event === undefined || typeof event.Type !== 'string') return undefined;
  const kubernetes = isObject(event.kubernetes) ? event.kubernetes : {};
  const namespace = textOf(event.Namespace) || textOf(kubernetes.namespace_name);
  const pod = textOf(kubernetes.pod_name) || textOf(event.PodName);
  const time = Number(event.Timestamp);
  const entry = { service: 'EKS', resource: namespace, operation: '', kind: 'sampled' as const };
  const usage: SourceUsage[] = [];
  if (event.Type === 'Pod') {
    const { pod_cpu_usage_total: millicores, pod_memory_working_set: bytes } = event;
    if (isLevel(millicores)) {
      const thousandths = BigInt(Math.round(millicores * 1000));
      const quantity = dividedMicros(thousandths * INTERVAL_SECONDS, 1_000_000n);
      usage.push({ ...entry, meter: 'vcpu_seconds', quantity });
    }
    if (isLevel(bytes)) {
      const quantity = dividedMicros(BigInt(Math.round(bytes)) * INTERVAL_SECONDS, GIB);
      usage.push({ ...entry, meter: 'memory_gib_seconds', quantity });
    }
  }
  return {
    parsed: {
      ...PLAIN,
      format: 'container_insights',
      body: `${event.Type} ${namespace}/${pod}`,
      time: Number.isFinite(time) && time > 0 ? time : null,
      eventName: 'container_insights.performance',
      rest: {
        'k8s.cluster.name': textOf(event.ClusterName),
        'k8s.namespace.name': namespace,
        'k8s.pod.name': pod,
        'k8s.node.name': textOf(event.NodeName),
      },
    },
    resources: [{ kind: 'namespaces', name: namespace }],
    usage,
    problems: event.Type === 'Pod' && usage.length < 2 ? ['usage_invalid_quantity'] : [],
    counts: { EKS: 'container_insights' },
  };
};

function isLevel(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e15;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
