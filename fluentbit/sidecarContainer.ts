import { SIDECAR_PATHS, type SidecarOptions } from './SidecarOptions.js';
import { GRACE_SECONDS, HEALTH_PORT } from './sidecarConfig.js';

/** Name of the sidecar container; the admission policy knows it by this. */
export const SIDECAR_CONTAINER = 'tenantscope-fluent-bit';

/** Name of the ConfigMap, of the volumes' prefix and of the service account. */
export const SIDECAR_NAME = 'tenantscope-sidecar';

/** Seconds a pod with the sidecar gets to end: the sidecar's own grace, and some for the kubelet. */
export const TERMINATION_GRACE_SECONDS = GRACE_SECONDS + 15;

/** User and group the sidecar runs as. Any number but 0; the state volume belongs to this group. */
export const SIDECAR_USER = 64242;

/**
 * The sidecar as a native one: an init container with `restartPolicy: Always` starts before the application and stops
 * after it. Its health endpoint listens on loopback, where the kubelet cannot reach it, so the probes are commands. They ask
 * whether the process answers, not whether it delivers: a stream that is away must neither keep the application from
 * starting nor restart its log agent.
 */
export function sidecarContainer(options: SidecarOptions): Readonly<Record<string, unknown>> {
  const probe = {
    exec: { command: ['curl', '-fsS', '-o', '/dev/null', `http://127.0.0.1:${HEALTH_PORT}/api/v1/uptime`] },
  };
  return {
    name: SIDECAR_CONTAINER,
    image: options.image,
    restartPolicy: 'Always',
    command: ['/fluent-bit/bin/fluent-bit', '-c', `${SIDECAR_PATHS.config}/fluent-bit.yaml`],
    env: [
      fieldEnv('POD_NAME', 'metadata.name'),
      fieldEnv('POD_UID', 'metadata.uid'),
      fieldEnv('POD_NAMESPACE', 'metadata.namespace'),
      fieldEnv('NODE_NAME', 'spec.nodeName'),
    ],
    resources: {
      requests: { cpu: '50m', memory: '96Mi', 'ephemeral-storage': `${options.bufferMiB + 128}Mi` },
      limits: { memory: '256Mi', 'ephemeral-storage': `${options.bufferMiB + 256}Mi` },
    },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: SIDECAR_USER,
      runAsGroup: SIDECAR_USER,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      privileged: false,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 30, timeoutSeconds: 2 },
    livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 10, timeoutSeconds: 5 },
    volumeMounts: [
      { name: `${SIDECAR_NAME}-config`, mountPath: SIDECAR_PATHS.config, readOnly: true },
      { name: `${SIDECAR_NAME}-state`, mountPath: SIDECAR_PATHS.state },
      { name: 'tenantscope-logs', mountPath: SIDECAR_PATHS.logs, readOnly: true },
    ],
  };
}

/** The volumes a pod with the sidecar has; the application mounts `tenantscope-logs` only, and writes its log there. */
export function sidecarVolumes(options: SidecarOptions): readonly Readonly<Record<string, unknown>>[] {
  return [
    { name: `${SIDECAR_NAME}-config`, configMap: { name: SIDECAR_NAME, defaultMode: 0o444 } },
    { name: `${SIDECAR_NAME}-state`, emptyDir: { sizeLimit: `${options.bufferMiB + 128}Mi` } },
    { name: 'tenantscope-logs', emptyDir: { sizeLimit: '1Gi' } },
  ];
}

function fieldEnv(name: string, fieldPath: string): Readonly<Record<string, unknown>> {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
