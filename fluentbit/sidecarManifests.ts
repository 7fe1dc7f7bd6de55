import { RESERVED_TENANTS, type TenantId } from '../model/index.js';
import type { SidecarOptions } from './SidecarOptions.js';
import {
  SIDECAR_CONTAINER,
  SIDECAR_NAME,
  sidecarContainer,
  sidecarVolumes,
  TERMINATION_GRACE_SECONDS,
} from './sidecarContainer.js';

/** Label of a namespace that says whose it is; the admission policy keeps anybody but the platform from changing it. */
export const TENANT_LABEL = 'tenantscope.io/tenant';

/** Group whose members may label namespaces and write the sidecar's objects. */
export const PLATFORM_GROUP = 'tenantscope:platform';

/** A Kubernetes object as it is written out. */
export type Manifest = Readonly<Record<string, unknown>>;

const labels = (tenantId: TenantId) => ({
  'app.kubernetes.io/name': SIDECAR_NAME,
  'app.kubernetes.io/managed-by': 'tenantscope',
  [TENANT_LABEL]: tenantId === RESERVED_TENANTS.shared ? 'shared' : tenantId,
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
      securityContext: { fsGroup: 64242 },
      initContainers: [sidecarContainer(options)],
      volumes: sidecarVolumes(options),
    },
  };
}

/**
 * Cluster-wide admission policies, the same for every tenant: the tenant label of a namespace is the platform's to set,
 * and a pod in a labelled namespace may neither mount the sidecar's configuration or state in another container nor
 * replace the sidecar's image, command, mounts or environment.
 */
export function admissionPolicies(image: string): readonly Manifest[] {
  const platform = `'${PLATFORM_GROUP}' in request.userInfo.groups || 'system:masters' in request.userInfo.groups`;
  const config = `${SIDECAR_NAME}-config`;
  const state = `${SIDECAR_NAME}-state`;
  const others = `object.spec.initContainers.filter(c, c.name != '${SIDECAR_CONTAINER}')`;
  const containers = `object.spec.containers + (has(object.spec.initContainers) ? ${others} : [])`;
  return [
    ...policy('tenantscope-namespace-label', {
      rules: [rule('', 'namespaces', ['CREATE', 'UPDATE'])],
      validations: [
        {
          expression: `${platform} || (${labelOf('object')} == (oldObject == null ? '' : ${labelOf('oldObject')}))`,
          message: `only members of ${PLATFORM_GROUP} may set, change or remove the label ${TENANT_LABEL}`,
        },
      ],
    }),
    ...policy('tenantscope-sidecar-config', {
      rules: [rule('', 'configmaps', ['CREATE', 'UPDATE', 'DELETE'])],
      validations: [
        {
          expression: `request.name != '${SIDECAR_NAME}' || ${platform}`,
          message: `only members of ${PLATFORM_GROUP} may write the ConfigMap ${SIDECAR_NAME}`,
        },
      ],
    }),
    ...policy('tenantscope-sidecar-pod', {
      rules: [rule('', 'pods', ['CREATE', 'UPDATE'])],
      validations: [
        {
          expression: `(${containers}).all(c, !has(c.volumeMounts) || c.volumeMounts.all(m, m.name != '${config}' && m.name != '${state}'))`,
          message: "only the sidecar may mount the sidecar's configuration and state",
        },
        {
          expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, v.name == '${config}' ? (has(v.configMap) && v.configMap.name == '${SIDECAR_NAME}') : !(has(v.configMap) && v.configMap.name == '${SIDECAR_NAME}'))`,
          message: `the volume ${config}, and no other, holds the ConfigMap ${SIDECAR_NAME}`,
        },
        {
          expression: `!has(object.spec.initContainers) || object.spec.initContainers.filter(c, c.name == '${SIDECAR_CONTAINER}').all(c, c.image == '${image}' && has(c.command) && c.command == ['/fluent-bit/bin/fluent-bit', '-c', '/tenantscope/etc/fluent-bit.yaml'] && !has(c.args) && !has(c.envFrom) && has(c.volumeMounts) && c.volumeMounts.all(m, m.mountPath != '/tenantscope/etc' || m.name == '${config}') && c.env.all(e, has(e.valueFrom)))`,
          message: 'the sidecar runs as rendered: its image, command, mounts, and an environment from the Downward API',
        },
        {
          expression: `object.spec.containers.all(c, c.name != '${SIDECAR_CONTAINER}') && (!has(object.spec.shareProcessNamespace) || !object.spec.shareProcessNamespace)`,
          message: "the sidecar is an init container, and its processes are not shared with the application's",
        },
      ],
    }),
  ];
}

function labelOf(object: string): string {
  const map = `${object}.metadata.labels`;
  return `(has(${map}) && '${TENANT_LABEL}' in ${map} ? ${map}['${TENANT_LABEL}'] : '')`;
}

function rule(group: string, resource: string, operations: readonly string[]): Manifest {
  return { apiGroups: [group], apiVersions: ['v1'], operations, resources: [resource] };
}

function policy(
  name: string,
  spec: { readonly rules: readonly Manifest[]; readonly validations: readonly Manifest[] },
): readonly Manifest[] {
  const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'tenantscope' } };
  const onlyTenants = { namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: 'Exists' }] } };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: spec.rules },
        validations: spec.validations,
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        ...(name === 'tenantscope-namespace-label' ? {} : { matchResources: onlyTenants }),
      },
    },
  ];
}
