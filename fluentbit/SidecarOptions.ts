import { type IngestLimits, RESERVED_TENANTS, type TenantId } from '../model/index.js';
import type { FluentBitVersion } from './FluentBitVersion.js';

/** What the sidecar of one tenant, or of one shared namespace, is rendered from. */
export interface SidecarOptions {
  /** Whom it stamps: a registered tenant, or `_shared` for a service that works for many. */
  readonly tenantId: TenantId;
  /** The namespace the manifests are for; it must be registered for the tenant, or as shared. */
  readonly namespace: string;
  /** The application's container, whose log the volume holds. */
  readonly container: string;
  /** Name of the cluster, stamped on every line; part of the identity of a line's position. */
  readonly cluster: string;
  readonly region: string;
  /** Kinesis data stream of the tenant's cell; of a shared namespace the platform's, where alone it is believed. */
  readonly stream: string;
  /** Version of Fluent Bit the image carries. */
  readonly version: FluentBitVersion;
  /** Container image; pin it by digest in production. */
  readonly image: string;
  /** IAM role of the sidecar's service account. */
  readonly roleArn: string | undefined;
  /** Applies the network policy too: the whole pod may then call out to DNS and over TLS only. */
  readonly restrictEgress: boolean;
  readonly limits: IngestLimits;
  /** Many lines in one Kinesis record: cheaper per line, since Firehose bills records in steps of 5 KB. */
  readonly aggregate: boolean;
  readonly compression: 'none' | 'gzip';
  /** Disk the sidecar may hold undelivered lines on, in MiB. When it is full the oldest lines are lost, and logged. */
  readonly bufferMiB: number;
}

/** Defaults of what a caller may leave out. */
export const SIDECAR_DEFAULTS = {
  container: 'app',
  cluster: 'default',
  region: 'us-east-1',
  stream: 'tenantscope',
  image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:3',
  version: '4.2.2',
  aggregate: true,
  compression: 'none',
  bufferMiB: 512,
} as const;

/** Places inside the sidecar's container. The log volume is shared with the application, the others are not. */
export const SIDECAR_PATHS = {
  logs: '/var/log/tenantscope',
  config: '/tenantscope/etc',
  state: '/tenantscope/state',
} as const;

/** Whose sidecar it is, in words for people. */
export function sidecarOwner({ tenantId, namespace }: Pick<SidecarOptions, 'tenantId' | 'namespace'>): string {
  return tenantId === RESERVED_TENANTS.shared ? `the shared namespace ${namespace}` : `tenant ${tenantId}`;
}
