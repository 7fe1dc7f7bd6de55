import { z } from 'zod';

/**
 * `truth.json` of a simulation: the exact usage that was printed, each line counted once, before duplication, whatever
 * its lateness. The ledger of a faithful pipeline equals it to the unit.
 */
export const truthSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  seed: z.int(),
  window: z.strictObject({ start: z.string(), end: z.string() }),
  tenants: z.array(z.string()),
  /** Records written, lines in them, both with duplicates; lines counted once. */
  records: z.int(),
  lines: z.int(),
  distinct_lines: z.int(),
  usage: z.array(
    z.strictObject({
      tenant_id: z.string(),
      emitter: z.string(),
      service: z.string(),
      resource: z.string(),
      operation: z.string(),
      meter: z.string(),
      unit: z.string(),
      /** ISO instant of the hour, UTC. */
      event_hour: z.string(),
      quantity_micros: z.string().regex(/^\d+$/),
      events: z.int(),
    }),
  ),
  /** What the accepted lines of each emitter are recognised as, each counted once: the lake's column `format`. */
  formats: z.array(
    z.strictObject({
      tenant_id: z.string(),
      format: z.string(),
      lines: z.int(),
      log_bytes: z.int(),
      /** Lines metered as requests of service Ingress: 0 for what only looks like access, such as an ALB line a pod prints. */
      http_requests: z.int(),
    }),
  ),
  incidents: z.array(
    z.strictObject({
      kind: z.string(),
      tenant_id: z.string(),
      service: z.string(),
      start: z.string(),
      end: z.string(),
      /** Share of the service's list-price usage in that window, as planned, 0 to 1. */
      share: z.number(),
    }),
  ),
});

/** `truth.json` of a simulation. */
export type Truth = z.output<typeof truthSchema>;
