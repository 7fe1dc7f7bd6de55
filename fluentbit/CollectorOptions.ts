import type { IngestLimits, TenantId } from '../model/index.js';
import type { FluentBitVersion } from './FluentBitVersion.js';

/** What the node-level collector is rendered from: one for the whole cluster. */
export interface CollectorOptions {
  /** Namespace the collector runs in. */
  readonly namespace: string;
  readonly cluster: string;
  readonly region: string;
  readonly stream: string;
  readonly version: FluentBitVersion;
  readonly image: string;
  /** IAM role of the collector's service account; tenant pods hold none. */
  readonly roleArn: string | undefined;
  /** Limits of the tenants whose plans have any; they hold per pod. */
  readonly limits: ReadonlyMap<TenantId, IngestLimits>;
  readonly aggregate: boolean;
  /** Disk a node may hold undelivered lines on, in MiB. */
  readonly bufferMiB: number;
}

/** Namespace a collector runs in unless told otherwise. */
export const COLLECTOR_NAMESPACE = 'tenantscope-system';

/** Places inside the collector's container. The state lies on the node, so that it outlives the pod. */
export const COLLECTOR_PATHS = {
  logs: '/var/log',
  config: '/tenantscope/etc',
  state: '/tenantscope/state',
  hostState: '/var/lib/tenantscope',
} as const;

/** What the kubernetes filter takes off a tag to find pod and namespace: the kubelet names the file, no tenant does. */
export const KUBE_TAG_PREFIX = 'kube.var.log.containers.';
