import { stringify } from 'yaml';
import { admissionPolicies } from './admissionPolicies.js';
import { CHART_FILES, helmChart } from './helmChart.js';
import type { SidecarOptions } from './SidecarOptions.js';
import { sidecarConfig } from './sidecarConfig.js';
import { configMap, type Manifest, networkPolicy, podPatch, serviceAccount } from './sidecarManifests.js';
import { stampScript } from './stampScript.js';

/** Rendered files by path relative to the output folder, and notes for the operator. */
export interface RenderedSidecar {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** File names the renderer writes; verify expects all of them. */
export const SIDECAR_FILES = [
  'fluent-bit.yaml',
  'stamp.lua',
  'config-map.yaml',
  'service-account.yaml',
  'network-policy.yaml',
  'pod-patch.yaml',
  'admission-policies.yaml',
  'kustomization.yaml',
  ...CHART_FILES,
] as const;

/**
 * Everything the sidecar of one tenant, or of one shared namespace, needs: Fluent Bit's configuration, the stamp, the Kubernetes objects, a Kustomize
 * component that adds the sidecar to every Deployment it is applied to, and a Helm chart of the same. Pure; the same options give the same bytes.
 */
export function renderSidecar(options: SidecarOptions): RenderedSidecar {
  const { text: config, notes } = sidecarConfig(options);
  const stamp = stampScript(options);
  const patch: Manifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'any' },
    spec: { template: podPatch(options) },
  };
  const resources = [
    'config-map.yaml',
    'service-account.yaml',
    ...(options.restrictEgress ? ['network-policy.yaml'] : []),
  ];
  const kustomization: Manifest = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources,
    patches: [{ path: 'pod-patch.yaml', target: { kind: 'Deployment' } }],
  };
  const documents: Readonly<Record<(typeof SIDECAR_FILES)[number], string>> = {
    'fluent-bit.yaml': config,
    'stamp.lua': stamp,
    'config-map.yaml': yaml([configMap(options, { 'fluent-bit.yaml': config, 'stamp.lua': stamp })]),
    'service-account.yaml': yaml([serviceAccount(options)]),
    'network-policy.yaml': yaml([networkPolicy(options)]),
    'pod-patch.yaml': yaml([patch]),
    'admission-policies.yaml': yaml(admissionPolicies(options.image)),
    'kustomization.yaml': yaml([kustomization]),
    ...helmChart(options, { config, stamp }),
  };
  return { files: new Map(Object.entries(documents)), notes };
}

function yaml(documents: readonly Manifest[]): string {
  return documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
