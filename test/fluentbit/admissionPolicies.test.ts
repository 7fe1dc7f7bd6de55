import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderSidecar } from '../../fluentbit/index.js';
import { sidecarOf } from './options.js';

type Loose = Record<string, unknown>;
interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly failurePolicy: string; readonly validations: { expression: string; message: string }[] };
}

const { files } = renderSidecar(sidecarOf());
const documents = parseAllDocuments(files.get('admission-policies.yaml') ?? '').map(
  (document) => document.toJS() as Policy,
);
const environment = new Environment()
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn');

/** Messages of the validations a request fails, as the API server would: an error in an expression denies too. */
function denials(
  name: string,
  request: { object?: Loose; oldObject?: Loose; name?: string; groups?: readonly string[] },
) {
  const policy = documents.find(
    (document) => document.kind === 'ValidatingAdmissionPolicy' && document.metadata.name === name,
  );
  if (policy === undefined) throw new Error(`no policy ${name}`);
  expect(policy.spec.failurePolicy).toBe('Fail');
  const input = {
    object: request.object ?? null,
    oldObject: request.oldObject ?? null,
    request: { name: request.name ?? '', userInfo: { groups: [...(request.groups ?? ['system:authenticated'])] } },
  };
  return policy.spec.validations
    .filter(({ expression }) => {
      try {
        return environment.evaluate(expression, input) !== true;
      } catch {
        return true;
      }
    })
    .map(({ message }) => message);
}

const PLATFORM = ['tenantscope:platform'];
const LABEL = 'tenantscope.io/tenant';
const labelled = (tenant?: string): Loose => ({
  metadata: { name: 'n', ...(tenant === undefined ? {} : { labels: { [LABEL]: tenant } }) },
});

describe('the namespace label', () => {
  const name = 'tenantscope-namespace-label';
  it.each([
    ['a new namespace without it', { object: labelled() }, true],
    ['a new namespace with it', { object: labelled('acme') }, false],
    ['a new namespace with it, by the platform', { object: labelled('acme'), groups: PLATFORM }, true],
    ['an update that leaves it', { object: labelled('acme'), oldObject: labelled('acme') }, true],
    ['an update that changes it', { object: labelled('evil'), oldObject: labelled('acme') }, false],
    ['an update that removes it', { object: labelled(), oldObject: labelled('acme') }, false],
    ['an update that adds it', { object: labelled('acme'), oldObject: labelled() }, false],
    ['a change by the platform', { object: labelled('b'), oldObject: labelled('acme'), groups: PLATFORM }, true],
    [
      'a change by a cluster admin',
      { object: labelled('b'), oldObject: labelled('a'), groups: ['system:masters'] },
      true,
    ],
  ])('%s', (_, request, allowed) => {
    expect(denials(name, request)).toHaveLength(allowed ? 0 : 1);
  });
});

describe("the sidecar's ConfigMap", () => {
  const name = 'tenantscope-sidecar-config';
  it.each([
    ['another ConfigMap', { name: 'mine' }, true],
    ['the sidecar’s, by a tenant', { name: 'tenantscope-sidecar' }, false],
    ['the sidecar’s, by the platform', { name: 'tenantscope-sidecar', groups: PLATFORM }, true],
  ])('%s', (_, request, allowed) => {
    expect(denials(name, request)).toHaveLength(allowed ? 0 : 1);
  });
});

describe('a pod', () => {
  const name = 'tenantscope-sidecar-pod';
  interface Pod {
    spec: {
      containers: Loose[];
      initContainers: (Loose & { env: Loose[]; volumeMounts: Loose[] })[];
      volumes: Loose[];
      shareProcessNamespace?: boolean;
      ephemeralContainers?: Loose[];
    };
  }
  const pod = (): Pod => {
    const patch = parse(files.get('pod-patch.yaml') ?? '') as { spec: { template: Pod } };
    const rendered = structuredClone(patch.spec.template);
    rendered.spec.containers = [
      { name: 'app', image: 'app:1', volumeMounts: [{ name: 'tenantscope-logs', mountPath: '/logs' }] },
    ];
    return rendered;
  };
  const sidecarOfPod = (changed: Pod) => {
    const [sidecar] = changed.spec.initContainers;
    if (sidecar === undefined) throw new Error('no sidecar');
    return sidecar;
  };
  const judge = (change: (changed: Pod) => void) => {
    const changed = pod();
    change(changed);
    return denials(name, { object: changed as unknown as Loose });
  };

  it.each<[string, (changed: Pod) => void]>([
    ['as rendered', () => undefined],
    ['without the sidecar', (p) => Object.assign(p, { spec: { containers: [{ name: 'app', image: 'a' }] } })],
    [
      'with an init container of its own',
      (p) => p.spec.initContainers.unshift({ name: 'migrate', image: 'm', env: [], volumeMounts: [] }),
    ],
    [
      'with the credentials EKS adds to the sidecar',
      (p) => {
        sidecarOfPod(p).env.push({ name: 'AWS_ROLE_ARN', value: 'arn' });
        sidecarOfPod(p).volumeMounts.push({
          name: 'aws-iam-token',
          mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount',
        });
        p.spec.volumes.push({ name: 'aws-iam-token', projected: { sources: [] } });
      },
    ],
    ['with a ConfigMap of its own', (p) => p.spec.volumes.push({ name: 'mine', configMap: { name: 'mine' } })],
  ])('%s is allowed', (_, change) => {
    expect(judge(change)).toEqual([]);
  });

  it.each<[string, (changed: Pod) => void, RegExp]>([
    [
      'mounts the configuration in the app',
      (p) =>
        p.spec.containers.push({ name: 'x', volumeMounts: [{ name: 'tenantscope-sidecar-config', mountPath: '/x' }] }),
      /only the sidecar may mount/,
    ],
    [
      'mounts the state in the app',
      (p) =>
        p.spec.containers.push({ name: 'x', volumeMounts: [{ name: 'tenantscope-sidecar-state', mountPath: '/x' }] }),
      /only the sidecar may mount/,
    ],
    [
      'mounts the state in another init container',
      (p) =>
        p.spec.initContainers.push({
          name: 'x',
          env: [],
          volumeMounts: [{ name: 'tenantscope-sidecar-state', mountPath: '/x' }],
        }),
      /only the sidecar may mount/,
    ],
    [
      'mounts the state while debugging',
      (p) => {
        p.spec.ephemeralContainers = [
          { name: 'x', volumeMounts: [{ name: 'tenantscope-sidecar-state', mountPath: '/x' }] },
        ];
      },
      /only the sidecar may mount/,
    ],
    [
      'puts another ConfigMap behind the configuration',
      (p) => {
        p.spec.volumes[0] = { name: 'tenantscope-sidecar-config', configMap: { name: 'mine' } };
      },
      /holds the ConfigMap/,
    ],
    [
      'puts an emptyDir behind the configuration',
      (p) => {
        p.spec.volumes[0] = { name: 'tenantscope-sidecar-config', emptyDir: {} };
      },
      /holds the ConfigMap/,
    ],
    [
      'takes the ConfigMap by another volume',
      (p) => p.spec.volumes.push({ name: 'mine', configMap: { name: 'tenantscope-sidecar' } }),
      /holds the ConfigMap/,
    ],
    [
      'maps other keys of the ConfigMap',
      (p) => {
        p.spec.volumes[0] = {
          name: 'tenantscope-sidecar-config',
          configMap: { name: 'tenantscope-sidecar', items: [] },
        };
      },
      /holds the ConfigMap/,
    ],
    [
      'lays a file over the stamp',
      (p) =>
        sidecarOfPod(p).volumeMounts.push({
          name: 'tenantscope-logs',
          mountPath: '/tenantscope/etc/stamp.lua',
          subPath: 's',
        }),
      /runs as rendered/,
    ],
    [
      'mounts the logs over the configuration',
      (p) => sidecarOfPod(p).volumeMounts.push({ name: 'tenantscope-logs', mountPath: '/./tenantscope/etc' }),
      /runs as rendered/,
    ],
    [
      'takes the configuration away',
      (p) => {
        sidecarOfPod(p).volumeMounts.shift();
      },
      /runs as rendered/,
    ],
    ['replaces the image', (p) => Object.assign(sidecarOfPod(p), { image: 'evil:1' }), /runs as rendered/],
    ['replaces the command', (p) => Object.assign(sidecarOfPod(p), { command: ['/bin/sh'] }), /runs as rendered/],
    ['adds arguments', (p) => Object.assign(sidecarOfPod(p), { args: ['-c', '/x'] }), /runs as rendered/],
    ['adds a start hook', (p) => Object.assign(sidecarOfPod(p), { lifecycle: { postStart: {} } }), /runs as rendered/],
    [
      'adds an environment from a ConfigMap',
      (p) => Object.assign(sidecarOfPod(p), { envFrom: [{}] }),
      /runs as rendered/,
    ],
    [
      'forges the pod’s namespace',
      (p) => {
        sidecarOfPod(p).env = sidecarOfPod(p).env.map((e) =>
          e.name === 'POD_NAMESPACE' ? { name: 'POD_NAMESPACE', value: 'tenant-other' } : e,
        );
      },
      /runs as rendered/,
    ],
    [
      'takes the pod’s uid from a label',
      (p) => {
        sidecarOfPod(p).env = sidecarOfPod(p).env.map((e) =>
          e.name === 'POD_UID'
            ? { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: "metadata.labels['x']" } } }
            : e,
        );
      },
      /runs as rendered/,
    ],
    ['preloads a library', (p) => sidecarOfPod(p).env.push({ name: 'LD_PRELOAD', value: '/x.so' }), /runs as rendered/],
    [
      'runs a sidecar of its own by that name',
      (p) => p.spec.containers.push({ name: 'tenantscope-fluent-bit' }),
      /is an init container/,
    ],
    [
      'shares the process namespace',
      (p) => {
        p.spec.shareProcessNamespace = true;
      },
      /processes are not shared/,
    ],
  ])('that %s is denied', (_, change, said) => {
    expect(judge(change).join('\n')).toMatch(said);
  });
});

it('every policy is bound and denies', () => {
  const bindings = documents.filter((document) => document.kind === 'ValidatingAdmissionPolicyBinding');
  expect(
    bindings.map(({ spec }) => spec as unknown as { policyName: string; validationActions: string[] }),
  ).toMatchObject([
    { policyName: 'tenantscope-namespace-label', validationActions: ['Deny'] },
    { policyName: 'tenantscope-sidecar-config', validationActions: ['Deny'] },
    { policyName: 'tenantscope-sidecar-pod', validationActions: ['Deny'] },
  ]);
});
