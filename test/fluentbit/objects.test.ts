import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { renderCollector, renderSidecar } from '../../fluentbit/index.js';
import { collectorOf, sidecarOf } from './options.js';

const require = createRequire(import.meta.url);

interface Loose {
  readonly [key: string]: unknown;
}
type Model = new (data: Loose) => { validate(): void };

/** The class of an object's kind, whose schema is Kubernetes' own OpenAPI document. */
function modelOf({ apiVersion, kind }: Loose): Model {
  const group = String(apiVersion).includes('/') ? String(apiVersion) : `${apiVersion}`;
  const models = require(`kubernetes-models/${group}`) as Readonly<Record<string, Model>>;
  const model = models[String(kind)];
  if (model === undefined) throw new Error(`no model of ${group} ${kind}`);
  return model;
}

function objectsOf(files: ReadonlyMap<string, string>): Loose[] {
  return [...files]
    .filter(
      ([name]) =>
        name.endsWith('.yaml') && !name.includes('/') && name !== 'fluent-bit.yaml' && name !== 'kustomization.yaml',
    )
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as Loose));
}

/** The patch as the Deployment it makes. */
function complete(object: Loose): Loose {
  if (object.kind !== 'Deployment') return object;
  const { template } = object.spec as { template: { metadata: { labels: Loose }; spec: Loose } };
  const containers = [{ name: 'app', image: 'app:1' }];
  return {
    ...object,
    spec: {
      selector: { matchLabels: template.metadata.labels },
      template: { ...template, spec: { ...template.spec, containers } },
    },
  };
}

const sidecar = objectsOf(
  renderSidecar(sidecarOf({ roleArn: 'arn:aws:iam::123456789012:role/x', restrictEgress: true })).files,
);
const collector = objectsOf(renderCollector(collectorOf({ roleArn: 'arn:aws:iam::123456789012:role/x' })).files);

describe('every rendered object fits the schema of its kind', () => {
  it.each(
    [...sidecar, ...collector].map((object) => [`${object.kind} ${(object.metadata as Loose).name}`, object] as const),
  )('%s', (_name, object) => {
    const whole = complete(object);
    new (modelOf(whole))(whole).validate();
  });

  it('covers each kind that is rendered', () => {
    expect([...new Set([...sidecar, ...collector].map(({ kind }) => kind))].sort()).toEqual([
      'ClusterRole',
      'ClusterRoleBinding',
      'ConfigMap',
      'DaemonSet',
      'Deployment',
      'Namespace',
      'NetworkPolicy',
      'ServiceAccount',
      'ValidatingAdmissionPolicy',
      'ValidatingAdmissionPolicyBinding',
    ]);
  });

  it('would find a field of the wrong type, and one that is missing', () => {
    const policy = sidecar.find(({ kind }) => kind === 'NetworkPolicy') as Loose;
    const wrong = { ...policy, spec: { ...(policy.spec as Loose), policyTypes: 'Egress' } };
    expect(() => new (modelOf(wrong))(wrong).validate()).toThrow();
    const daemon = collector.find(({ kind }) => kind === 'DaemonSet') as Loose;
    const { selector: _selector, ...spec } = daemon.spec as Loose;
    const missing = { ...daemon, spec };
    expect(() => new (modelOf(missing))(missing).validate()).toThrow();
  });
});
