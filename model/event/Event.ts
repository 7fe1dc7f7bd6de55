import * as z from 'zod';
import { EVENT_SCHEMA_VERSION } from '../tables/eventColumns.js';
import { usageSchema } from '../usage/Usage.js';

const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const text = z.string().nullable();

/**
 * One normalised line: a row of the event table, less its partition. The shape of the JSON the transform writes;
 * `test/model` holds it to EVENT_COLUMNS, name by name and in order.
 */
export const eventSchema = z.strictObject({
  schema_version: z.literal(EVENT_SCHEMA_VERSION),
  event_id: z.string().regex(/^[0-9a-f]{32}$/),
  id_hour: instant,
  event_time: instant,
  observed_time: instant.nullable(),
  arrival_time: instant,
  severity_number: z.int().min(1).max(24).nullable(),
  severity_text: text,
  body: text,
  event_name: text,
  format: z.string(),
  service_name: text,
  cluster: text,
  node: text,
  namespace: text,
  pod: text,
  pod_uid: text,
  container: text,
  log_iostream: text,
  source_file: text,
  source_offset: z.int().nullable(),
  shard_id: text,
  sequence_number: text,
  trace_id: text,
  span_id: text,
  http_request_method: text,
  http_route: text,
  url_path: text,
  http_response_status_code: z.int().nullable(),
  duration_ms: z.number().nullable(),
  error_type: text,
  log_bytes: z.int().nonnegative(),
  attributes: z.record(z.string(), z.string()),
  usage: z.array(usageSchema),
  problems: z.array(z.string()),
});

/** One normalised line: a row of the event table, less its partition. */
export type Event = z.output<typeof eventSchema>;
