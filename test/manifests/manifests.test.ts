import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { renderCollector, renderSidecar } from '../../fluentbit/index.js';
import { collectorOf, sharedSidecarOf, sidecarOf } from '../fluentbit/options.js';

const TOOLS = ['helm', 'kustomize', 'kubectl-validate'] as const;
/** The newest Kubernetes whose API checks kubectl-validate carries. */
const KUBERNETES = '1.30';

const missing = TOOLS.filter((tool) => {
  try {
    execFileSync(tool, [tool === 'kubectl-validate' ? '--help' : 'version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0 && process.env.TENANTSCOPE_REQUIRE_MANIFESTS === '1')
  throw new Error(`not on PATH, and skipping is forbidden: ${missing.join(', ')}`);
const ifTools = missing.length === 0 ? describe : describe.skip;
if (missing.length > 0) console.warn(`skipped: not on PATH: ${missing.join(', ')}`);

const root = mkdtempSync(join(tmpdir(), 'manifests-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Loose = { readonly [key: string]: unknown };

function write(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const objects = (text: string): Loose[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Loose | null)
    .filter((object): object is Loose => object !== null)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
const nameOf = ({ kind, metadata }: Loose): string => `${kind} ${(metadata as Loose).name}`;
const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] });

const template = (...args: readonly string[]): string =>
  run('helm', ['template', ...args, '--kube-version', KUBERNETES]);

/** The API server's own validation of every object in a text; throws with what it says. */
function validate(text: string): void {
  const file = join(root, `check-${Math.abs(text.length)}-${objects(text).length}.yaml`);
  writeFileSync(file, text);
  try {
    run('kubectl-validate', ['--version', KUBERNETES, file]);
  } catch (error) {
    throw new Error(
      String((error as { stderr?: string; stdout?: string }).stdout) + String((error as { stderr?: string }).stderr),
    );
  }
}

const appIn = (namespace: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'web:1' }] } },
  },
});

ifTools.each([
  ['acme', sidecarOf],
  ['a shared namespace', sharedSidecarOf],
])('the rendered manifests of %s, with the real tools', (name, optionsOf) => {
  const folder = join(root, name.replaceAll(' ', '-'));
  const options = optionsOf({ roleArn: 'arn:aws:iam::123456789012:role/tenantscope', restrictEgress: true });
  const { namespace } = options;
  beforeAll(() => {
    write(folder, renderSidecar(options).files);
    write(join(root, 'collector'), renderCollector(collectorOf()).files);
  });

  function byKustomize(): Loose[] {
    const base = join(folder, 'app');
    mkdirSync(base, { recursive: true });
    writeFileSync(join(base, 'deployment.yaml'), stringify(appIn(namespace)));
    const kustomization = { resources: ['deployment.yaml'], components: ['../sidecar'] };
    writeFileSync(join(base, 'kustomization.yaml'), stringify(kustomization));
    write(join(folder, 'sidecar'), renderSidecar(options).files);
    return objects(run('kustomize', ['build', base]));
  }

  function byHelm(): Loose[] {
    const chart = join(folder, 'web');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    cpSync(join(folder, 'chart'), join(chart, 'charts', 'tenantscope-sidecar'), { recursive: true });
    writeFileSync(
      join(chart, 'Chart.yaml'),
      stringify({
        apiVersion: 'v2',
        name: 'web',
        version: '1.0.0',
        dependencies: [{ name: 'tenantscope-sidecar', version: '0.1.0' }],
      }),
    );
    writeFileSync(
      join(chart, 'templates', 'deployment.yaml'),
      `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels:
        app: web
        {{- include "tenantscope.podLabels" . | nindent 8 }}
    spec:
      {{- include "tenantscope.podSpec" . | nindent 6 }}
      initContainers:
        {{- include "tenantscope.initContainer" . | nindent 8 }}
      containers: [{name: app, image: "web:1"}]
      volumes:
        {{- include "tenantscope.volumes" . | nindent 8 }}
`,
    );
    return objects(template('release', chart));
  }

  it('Helm and Kustomize make the same objects', () => {
    const kustomize = byKustomize();
    expect(kustomize.map(nameOf)).toEqual([
      'ConfigMap tenantscope-sidecar',
      'Deployment web',
      'NetworkPolicy tenantscope-sidecar',
      'ServiceAccount tenantscope-sidecar',
    ]);
    expect(byHelm()).toEqual(kustomize);
  });

  it('the chart passes helm lint, and its values change what they name and nothing else', () => {
    run('helm', ['lint', '--strict', join(folder, 'chart')]);
    const plain = objects(template('r', join(folder, 'chart')));
    const open = objects(template('r', join(folder, 'chart'), '--set', 'restrictEgress=false', '--set', 'roleArn='));
    expect(open.map(nameOf)).toEqual(['ConfigMap tenantscope-sidecar', 'ServiceAccount tenantscope-sidecar']);
    expect(open[0]).toEqual(plain[0]);
    expect(JSON.stringify(open[1])).not.toContain('annotations');
  });

  it('every object passes the API server’s validation', () => {
    validate(
      byKustomize()
        .map((object) => stringify(object))
        .join('---\n'),
    );
    validate(run('kustomize', ['build', join(root, 'collector')]));
  });

  it('that validation finds a misspelt field', () => {
    const [, deployment] = byKustomize();
    const text = stringify(deployment).replace('shareProcessNamespace', 'shareProcessNamespaces');
    expect(() => validate(text)).toThrow(/shareProcessNamespaces/);
  });
});
