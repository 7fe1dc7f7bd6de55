import { COLLECTOR_PATHS, type CollectorOptions } from './CollectorOptions.js';
import { GRACE_SECONDS, HEALTH_PORT } from './sidecarConfig.js';
import { TERMINATION_GRACE_SECONDS } from './sidecarContainer.js';
import type { Manifest } from './sidecarManifests.js';

/** Name of the collector's objects. */
export const COLLECTOR_NAME = 'tenantscope-collector';

const labels = { 'app.kubernetes.io/name': COLLECTOR_NAME, 'app.kubernetes.io/managed-by': 'tenantscope' };

/** The collector's namespace, account, what it may read of the API, configuration and DaemonSet. */
export function collectorManifests(
  options: CollectorOptions,
  files: Readonly<Record<string, string>>,
): readonly Manifest[] {
  const { namespace } = options;
  const metadata = { name: COLLECTOR_NAME, namespace, labels };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      // Reading the nodes' log files needs a host path, which only the privileged standard allows.
      metadata: { name: namespace, labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        ...metadata,
        ...(options.roleArn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': options.roleArn } }),
      },
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: COLLECTOR_NAME, labels },
      rules: [{ apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: COLLECTOR_NAME, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: COLLECTOR_NAME },
      subjects: [{ kind: 'ServiceAccount', name: COLLECTOR_NAME, namespace }],
    },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ...files } },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata,
      spec: {
        selector: { matchLabels: { 'app.kubernetes.io/name': COLLECTOR_NAME } },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: COLLECTOR_NAME,
            priorityClassName: 'system-node-critical',
            terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
            tolerations: [{ operator: 'Exists' }],
            containers: [container(options)],
            volumes: [
              { name: 'config', configMap: { name: COLLECTOR_NAME, defaultMode: 0o444 } },
              { name: 'logs', hostPath: { path: COLLECTOR_PATHS.logs, type: 'Directory' } },
              { name: 'state', hostPath: { path: COLLECTOR_PATHS.hostState, type: 'DirectoryOrCreate' } },
            ],
          },
        },
      },
    },
  ];
}

function container(options: CollectorOptions): Manifest {
  const command = ['curl', '-fsS', '-o', '/dev/null', `http://127.0.0.1:${HEALTH_PORT}/api/v1/uptime`];
  return {
    name: 'fluent-bit',
    image: options.image,
    command: ['/fluent-bit/bin/fluent-bit', '-c', `${COLLECTOR_PATHS.config}/fluent-bit.yaml`],
    env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '512Mi' } },
    securityContext: {
      // The kubelet's log files belong to root and nobody else may read them; of root's powers only that one is left.
      runAsUser: 0,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: ['ALL'], add: ['DAC_READ_SEARCH'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    startupProbe: { exec: { command }, periodSeconds: 2, failureThreshold: GRACE_SECONDS, timeoutSeconds: 2 },
    livenessProbe: { exec: { command }, periodSeconds: 30, failureThreshold: 10, timeoutSeconds: 5 },
    volumeMounts: [
      { name: 'config', mountPath: COLLECTOR_PATHS.config, readOnly: true },
      { name: 'logs', mountPath: COLLECTOR_PATHS.logs, readOnly: true },
      { name: 'state', mountPath: COLLECTOR_PATHS.state },
    ],
  };
}
