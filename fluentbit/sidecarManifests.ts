import { RESERVED_TENANTS, type TenantId } from '../model/index.js';
import type { SidecarOptions } from './SidecarOptions.js';
import {
  SIDECAR_NAME,
  SIDECAR_USER,
  sidecarContainer,
  sidecarVolumes,
  TERMINATION_GRACE_SECONDS,
} from './sidecarContainer.js';

/** Label of a namespace that says whose it is; the admission policy keeps anybody but the platform from changing it. */
export const TENANT_LABEL = 'tenantscope.io/tenant';

/**
 * What the label says in a shared namespace. `_shared` is no value of a label, which begins with a letter or digit; and with
 * its dot this is nobody's tenant id, so that a collector that reads it quarantines what it reads.
 */
export const SHARED_LABEL = 'tenantscope.shared';

/** A Kubernetes object as it is written out. */
export type Manifest = Readonly<Record<string, unknown>>;

const labels = (tenantId: TenantId) => ({
  'app.kubernetes.io/name': SIDECAR_NAME,
  'app.kubernetes.io/managed-by': 'tenantscope',
  [TENANT_LABEL]: tenantId === RESERVED_TENANTS.shared ? SHARED_LABEL : tenantId,
});

/** The sidecar's files as the ConfigMap that only the sidecar's container mounts. */
export function configMap(options: SidecarOptions, files: Readonly<Record<string, string>>): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: SIDECAR_NAME, namespace: options.namespace, labels: labels(options.tenantId) },
    data: { ...files },
  };
}

/**
 * The service account pods with the sidecar run as. With a role it carries the IRSA annotation, and the one that keeps
 * the web identity out of every container but the sidecar; without one, EKS Pod Identity binds the role outside.
 */
export function serviceAccount(options: SidecarOptions): Manifest {
  const annotations = {
    'eks.amazonaws.com/role-arn': options.roleArn,
    'eks.amazonaws.com/skip-containers': options.container,
  };
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: SIDECAR_NAME,
      namespace: options.namespace,
      labels: labels(options.tenantId),
      ...(options.roleArn === undefined ? {} : { annotations }),
    },
    automountServiceAccountToken: false,
  };
}

/**
 * Lets a pod call out to DNS and over TLS only. A network policy holds for the whole pod, the application included, so
 * it is applied only where asked for.
 */
export function networkPolicy(options: SidecarOptions): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: SIDECAR_NAME, namespace: options.namespace, labels: labels(options.tenantId) },
    spec: {
      podSelector: { matchLabels: { [TENANT_LABEL]: labels(options.tenantId)[TENANT_LABEL] } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        { ports: [{ protocol: 'TCP', port: 443 }] },
        // EKS Pod Identity's agent on the node.
        { to: [{ ipBlock: { cidr: '169.254.170.23/32' } }], ports: [{ protocol: 'TCP', port: 80 }] },
      ],
    },
  };
}

/** What a Deployment gets to carry the sidecar: a strategic-merge patch, and the pod part of the Kustomize component. */
export function podPatch(options: SidecarOptions): Manifest {
  return {
    metadata: { labels: { [TENANT_LABEL]: labels(options.tenantId)[TENANT_LABEL] } },
    spec: {
      serviceAccountName: SIDECAR_NAME,
      shareProcessNamespace: false,
      terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
      securityContext: { fsGroup: SIDECAR_USER },
      initContainers: [sidecarContainer(options)],
      volumes: sidecarVolumes(options),
    },
  };
}
