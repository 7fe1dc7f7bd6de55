import { SIDECAR_PATHS } from './SidecarOptions.js';
import { SIDECAR_CONTAINER, SIDECAR_NAME } from './sidecarContainer.js';
import { type Manifest, TENANT_LABEL } from './sidecarManifests.js';

/** Group whose members may label namespaces and write the sidecar's objects. */
export const PLATFORM_GROUP = 'tenantscope:platform';

const CONFIG = `${SIDECAR_NAME}-config`;
const STATE = `${SIDECAR_NAME}-state`;
const PLATFORM = `(has(request.userInfo.groups) && ('${PLATFORM_GROUP}' in request.userInfo.groups || 'system:masters' in request.userInfo.groups))`;

/**
 * Cluster-wide admission policies, the same for every tenant: the tenant label of a namespace and the sidecar's ConfigMap
 * are the platform's to write, and a pod in a labelled namespace may neither mount the sidecar's configuration or state in
 * another container nor replace the sidecar's image, command, mounts or environment. The expressions are CEL; they run
 * after the webhooks that add AWS credentials, so what those add is allowed.
 *
 * @param image the one image sidecars run
 */
export function admissionPolicies(image: string): readonly Manifest[] {
  return [
    ...policy(
      'tenantscope-namespace-label',
      [rule('namespaces', ['CREATE', 'UPDATE'])],
      [
        {
          expression: `${PLATFORM} || ${labelOf('object')} == (oldObject == null ? '' : ${labelOf('oldObject')})`,
          message: `only members of ${PLATFORM_GROUP} may set, change or remove the label ${TENANT_LABEL}`,
        },
      ],
    ),
    ...policy(
      'tenantscope-sidecar-config',
      [rule('configmaps', ['CREATE', 'UPDATE', 'DELETE'])],
      [
        {
          expression: `request.name != '${SIDECAR_NAME}' || ${PLATFORM}`,
          message: `only members of ${PLATFORM_GROUP} may write the ConfigMap ${SIDECAR_NAME}`,
        },
      ],
    ),
    ...policy(
      'tenantscope-sidecar-pod',
      [rule('pods', ['CREATE', 'UPDATE']), rule('pods/ephemeralcontainers', ['UPDATE'])],
      podValidations(image),
    ),
  ];
}

function podValidations(image: string): readonly Manifest[] {
  const mountsNeither = `!has(c.volumeMounts) || c.volumeMounts.all(m, m.name != '${CONFIG}' && m.name != '${STATE}')`;
  const initContainers = (test: string) =>
    `(!has(object.spec.initContainers) || object.spec.initContainers.all(c, ${test}))`;
  const mount = (name: string, path: string) => `(m.name == '${name}' && m.mountPath == '${path}')`;
  const mounts = [
    mount(CONFIG, SIDECAR_PATHS.config),
    mount(STATE, SIDECAR_PATHS.state),
    mount('tenantscope-logs', SIDECAR_PATHS.logs),
    "m.mountPath.startsWith('/var/run/secrets/')",
  ].join(' || ');
  const field = (name: string, path: string) =>
    `(e.name == '${name}' && has(e.valueFrom) && has(e.valueFrom.fieldRef) && e.valueFrom.fieldRef.fieldPath == '${path}')`;
  const env = [
    field('POD_NAME', 'metadata.name'),
    field('POD_UID', 'metadata.uid'),
    field('POD_NAMESPACE', 'metadata.namespace'),
    field('NODE_NAME', 'spec.nodeName'),
    "e.name.startsWith('AWS_')",
  ].join(' || ');
  const asRendered = [
    `c.image == '${image}'`,
    `has(c.command) && c.command == ['/fluent-bit/bin/fluent-bit', '-c', '${SIDECAR_PATHS.config}/fluent-bit.yaml']`,
    '!has(c.args) && !has(c.envFrom) && !has(c.lifecycle)',
    `has(c.volumeMounts) && c.volumeMounts.all(m, (${mounts}) && !has(m.subPath) && !has(m.subPathExpr))`,
    `c.volumeMounts.exists(m, m.name == '${CONFIG}')`,
    `has(c.env) && c.env.all(e, ${env})`,
  ].join(' && ');
  const holdsConfigMap = `(has(v.configMap) && has(v.configMap.name) && v.configMap.name == '${SIDECAR_NAME}')`;
  return [
    {
      expression: `object.spec.containers.all(c, ${mountsNeither}) && ${initContainers(`c.name == '${SIDECAR_CONTAINER}' || ${mountsNeither}`)} && (!has(object.spec.ephemeralContainers) || object.spec.ephemeralContainers.all(c, ${mountsNeither}))`,
      message: "only the sidecar may mount the sidecar's configuration and state",
    },
    {
      expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, (v.name == '${CONFIG}') == ${holdsConfigMap} && (!${holdsConfigMap} || !has(v.configMap.items)))`,
      message: `the volume ${CONFIG}, and no other, holds the ConfigMap ${SIDECAR_NAME}, whole`,
    },
    {
      expression: initContainers(`c.name != '${SIDECAR_CONTAINER}' || (${asRendered})`),
      message: 'the sidecar runs as rendered: its image, command, mounts, and an environment from the Downward API',
    },
    {
      expression: `object.spec.containers.all(c, c.name != '${SIDECAR_CONTAINER}') && (!has(object.spec.shareProcessNamespace) || !object.spec.shareProcessNamespace)`,
      message: "the sidecar is an init container, and its processes are not shared with the application's",
    },
  ];
}

function labelOf(object: string): string {
  const map = `${object}.metadata.labels`;
  return `(has(${map}) && '${TENANT_LABEL}' in ${map} ? ${map}['${TENANT_LABEL}'] : '')`;
}

function rule(resource: string, operations: readonly string[]): Manifest {
  return { apiGroups: [''], apiVersions: ['v1'], operations, resources: [resource] };
}

function policy(
  name: string,
  resourceRules: readonly Manifest[],
  validations: readonly Manifest[],
): readonly Manifest[] {
  const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'tenantscope' } };
  // A namespace gets its label under the first policy, so that one cannot be limited to labelled namespaces.
  const labelled = { namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: 'Exists' }] } };
  const everywhere = name === 'tenantscope-namespace-label';
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'], ...(everywhere ? {} : { matchResources: labelled }) },
    },
  ];
}
