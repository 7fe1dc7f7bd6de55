import { stringify } from 'yaml';
import { type SidecarOptions, sidecarOwner } from './SidecarOptions.js';
import { SIDECAR_NAME, sidecarContainer, sidecarVolumes, TERMINATION_GRACE_SECONDS } from './sidecarContainer.js';
import { type Manifest, networkPolicy, podPatch, serviceAccount } from './sidecarManifests.js';

/** Files of the chart, under the output folder. */
export const CHART_FILES = [
  'chart/Chart.yaml',
  'chart/values.yaml',
  'chart/files/fluent-bit.yaml',
  'chart/files/stamp.lua',
  'chart/templates/_sidecar.tpl',
  'chart/templates/config-map.yaml',
  'chart/templates/service-account.yaml',
  'chart/templates/network-policy.yaml',
] as const;

/** A file of the chart. */
export type ChartFile = (typeof CHART_FILES)[number];

/**
 * The sidecar as a Helm chart: its objects as a release of its own, and the parts of a pod as named templates, which an
 * application's chart includes when it lists this one as a dependency. Everything that proves identity is fixed when the
 * chart is rendered; values only hold what an operator may change. Configuration and stamp are read as files, so that no
 * brace in them is taken for a template.
 */
export function helmChart(
  options: SidecarOptions,
  files: { readonly config: string; readonly stamp: string },
): Readonly<Record<ChartFile, string>> {
  const pod = podPatch(options) as {
    readonly metadata: { readonly labels: Manifest };
    readonly spec: { readonly securityContext: Manifest };
  };
  const { image: _image, ...container } = sidecarContainer(options);
  const account = serviceAccount(options) as { readonly metadata: { readonly annotations?: Manifest } };
  const { annotations: _annotations, ...metadata } = account.metadata;
  const define = (name: string, value: unknown, before = ''): string =>
    `{{- define "tenantscope.${name}" -}}\n${before}${yaml(value)}{{- end }}\n`;
  return {
    'chart/Chart.yaml': yaml({
      apiVersion: 'v2',
      name: SIDECAR_NAME,
      description: `Fluent Bit sidecar of ${sidecarOwner(options)}, rendered by tenantscope`,
      type: 'application',
      version: '0.1.0',
      kubeVersion: '>=1.29.0-0',
    }),
    'chart/values.yaml': yaml({
      image: options.image,
      roleArn: options.roleArn ?? '',
      restrictEgress: options.restrictEgress,
    }),
    'chart/files/fluent-bit.yaml': files.config,
    'chart/files/stamp.lua': files.stamp,
    'chart/templates/_sidecar.tpl': [
      `{{/* For the application's pod template: labels, and under spec the fields below. Rendered; do not edit. */}}\n`,
      define('podLabels', pod.metadata.labels),
      define('podSpec', {
        serviceAccountName: SIDECAR_NAME,
        shareProcessNamespace: false,
        terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
        securityContext: pod.spec.securityContext,
      }),
      // As a dependency the chart's values stand under its name; alone, at the top.
      '{{- define "tenantscope.initContainer" -}}\n' +
        `- image: {{ (index .Values "${SIDECAR_NAME}" | default .Values).image | quote }}\n` +
        `${indent(yaml(container), 2)}{{- end }}\n`,
      define('volumes', sidecarVolumes(options)),
    ].join(''),
    'chart/templates/config-map.yaml': [
      yaml({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
      }),
      'data:\n{{ (.Files.Glob "files/*").AsConfig | indent 2 }}\n',
    ].join(''),
    'chart/templates/service-account.yaml': [
      'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n',
      indent(yaml(metadata), 2),
      '  {{- with .Values.roleArn }}\n  annotations:\n    eks.amazonaws.com/role-arn: {{ . | quote }}\n',
      `    eks.amazonaws.com/skip-containers: ${options.container}\n  {{- end }}\n`,
      'automountServiceAccountToken: false\n',
    ].join(''),
    'chart/templates/network-policy.yaml': `{{- if .Values.restrictEgress }}\n${yaml(networkPolicy(options))}{{- end }}\n`,
  };
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

function indent(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
