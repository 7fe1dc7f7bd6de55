import type { Column } from './Column.js';

/** The fields of one `usage` entry, in the order of the struct. */
export const USAGE_FIELDS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the consuming tenant' },
  { name: 'service', type: 'varchar', description: 'the shared service consumed' },
  { name: 'resource', type: 'varchar', description: 'table, bucket, host; empty when unknown' },
  { name: 'operation', type: 'varchar', description: 'API operation or route; empty when unknown' },
  { name: 'meter', type: 'varchar', description: 'what was counted' },
  { name: 'unit', type: 'varchar', description: 'unit of one whole quantity' },
  { name: 'kind', type: 'varchar', description: 'how it adds up: sum, counter, sampled, distinct' },
  { name: 'series', type: 'varchar', description: 'identity of a cumulative series; empty otherwise' },
  { name: 'quantity_micros', type: 'bigint', description: 'quantity in millionths of the unit' },
];

/**
 * The data columns of the event table, closed and in order (design decision 5). Names follow the OpenTelemetry log data
 * model. All timestamps are UTC with milliseconds. The partition columns are apart: {@link EVENT_PARTITION_COLUMNS}.
 */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'schema_version', type: 'integer', description: 'version of this table' },
  { name: 'event_id', type: 'varchar', description: 'deterministic identity of the line (32 hex digits)' },
  {
    name: 'id_hour',
    type: 'timestamp',
    description: "hour of the envelope's stamp, frozen; where duplicates are sought",
  },
  { name: 'event_time', type: 'timestamp', description: 'when it happened' },
  { name: 'observed_time', type: 'timestamp', description: 'when the sidecar saw it' },
  { name: 'arrival_time', type: 'timestamp', description: 'when the stream received it' },
  { name: 'severity_number', type: 'integer', description: 'OpenTelemetry severity 1 to 24; null when not stated' },
  { name: 'severity_text', type: 'varchar', description: "the source's own level" },
  { name: 'body', type: 'varchar', description: 'the message' },
  { name: 'event_name', type: 'varchar', description: 'kind of event, where the line names one' },
  {
    name: 'format',
    type: 'varchar',
    description:
      'what the line was recognised as: json, emf, logfmt, nginx, nginx_error, apache_common, traefik, envoy, caddy, mongodb, mysql, k8s_audit, klog, syslog, stack_trace, lambda_platform, text, or the format of an imported source',
  },
  { name: 'service_name', type: 'varchar', description: 'the service that printed the line' },
  { name: 'cluster', type: 'varchar', description: 'k8s.cluster.name' },
  { name: 'node', type: 'varchar', description: 'k8s.node.name' },
  { name: 'namespace', type: 'varchar', description: 'k8s.namespace.name' },
  { name: 'pod', type: 'varchar', description: 'k8s.pod.name' },
  { name: 'pod_uid', type: 'varchar', description: 'k8s.pod.uid' },
  { name: 'container', type: 'varchar', description: 'k8s.container.name' },
  { name: 'log_iostream', type: 'varchar', description: 'stdout or stderr' },
  { name: 'source_file', type: 'varchar', description: 'file the line was read from' },
  { name: 'source_offset', type: 'bigint', description: 'byte offset in that file' },
  { name: 'shard_id', type: 'varchar', description: 'shard of the stream, or the imported file' },
  {
    name: 'sequence_number',
    type: 'varchar',
    description: 'sequence number in the shard, or record number in the file',
  },
  { name: 'trace_id', type: 'varchar', description: 'W3C trace id, 32 hex digits' },
  { name: 'span_id', type: 'varchar', description: 'W3C span id, 16 hex digits' },
  { name: 'http_request_method', type: 'varchar', description: 'HTTP method' },
  { name: 'http_route', type: 'varchar', description: 'route template' },
  { name: 'url_path', type: 'varchar', description: 'request path without query' },
  { name: 'http_response_status_code', type: 'integer', description: 'HTTP status' },
  { name: 'duration_ms', type: 'double', description: 'duration in milliseconds, where the line states one' },
  { name: 'error_type', type: 'varchar', description: 'error.type, or exception.type' },
  { name: 'log_bytes', type: 'bigint', description: "UTF-8 bytes of the application's text" },
  { name: 'attributes', type: { map: ['varchar', 'varchar'] }, description: 'what of the text fits no other column' },
  { name: 'usage', type: { array: { struct: USAGE_FIELDS } }, description: 'what the line says was consumed' },
  { name: 'problems', type: { array: 'varchar' }, description: 'what was wrong with the line' },
];

/** Hive partition columns of the event table: the emitting tenant and the UTC date of arrival, both text. */
export const EVENT_PARTITION_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the tenant whose pod printed the line' },
  { name: 'dt', type: 'varchar', description: 'UTC date of arrival, YYYY-MM-DD' },
];

/**
 * Columns of a compacted object beside the event table's, which no view shows: where each row came from. So a booking can
 * be computed again from it, and the rows of one delivered object can be told from another's.
 */
export const ORIGIN_COLUMNS: readonly Column[] = [
  {
    name: 'origin_object',
    type: 'varchar',
    description: 'the object the row was delivered in, by its path in the lake',
  },
  { name: 'origin_row', type: 'bigint', description: 'its place in that object, from 0' },
];

/** Version written into `schema_version`. */
export const EVENT_SCHEMA_VERSION = 1;
