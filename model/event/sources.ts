/**
 * Sources other than a sidecar: what an importer reads. Their lines are believed on the platform's own stream only, and
 * belong to `_shared`; who consumed is found by the registry's resource rules (design decision 2).
 */
export const SOURCES = [
  'alb',
  'cloudfront',
  's3_access',
  'cloudtrail',
  'cloudwatch_logs',
  'cloudwatch_metrics',
  'kubelet',
  'logs',
] as const;

/** A source other than a sidecar. */
export type Source = (typeof SOURCES)[number];
