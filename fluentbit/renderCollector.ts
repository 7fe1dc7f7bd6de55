import { stringify } from 'yaml';
import { admissionPolicies } from './admissionPolicies.js';
import type { CollectorOptions } from './CollectorOptions.js';
import { collectorConfig } from './collectorConfig.js';
import { collectorManifests } from './collectorManifests.js';
import { collectorScript } from './collectorScript.js';
import type { RenderedSidecar } from './renderSidecar.js';

/** File names the renderer writes. */
export const COLLECTOR_FILES = [
  'fluent-bit.yaml',
  'stamp.lua',
  'collector.yaml',
  'admission-policies.yaml',
  'kustomization.yaml',
] as const;

/**
 * The node-level collector: one agent a node reads every container's log, so tenant pods hold no credentials and cannot
 * write to the stream. The admission policy on namespace labels is what its identity rests on, so it comes with it.
 * Pure; the same options give the same bytes.
 */
export function renderCollector(options: CollectorOptions): RenderedSidecar {
  const { text: config, notes } = collectorConfig(options);
  const stamp = collectorScript(options);
  const objects = collectorManifests(options, { 'fluent-bit.yaml': config, 'stamp.lua': stamp });
  const write = (documents: readonly unknown[]): string =>
    documents.map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: ['collector.yaml', 'admission-policies.yaml'],
  };
  const documents: Readonly<Record<(typeof COLLECTOR_FILES)[number], string>> = {
    'fluent-bit.yaml': config,
    'stamp.lua': stamp,
    'collector.yaml': write(objects),
    'admission-policies.yaml': write(admissionPolicies(options.image)),
    'kustomization.yaml': write([kustomization]),
  };
  return { files: new Map(Object.entries(documents)), notes };
}
