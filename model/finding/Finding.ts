import * as z from 'zod';
import { INCIDENT_KINDS } from '../incident/incidentKinds.js';
import { windowSchema } from '../time/Window.js';
import { SEVERITIES } from './severities.js';

/** What one operation or resource adds to an excess; amounts in the finding's basis, over the finding's window. */
export const attributionSchema = z.strictObject({
  dimension: z.enum(['operation', 'resource']),
  value: z.string(),
  actual: z.number(),
  expected: z.number(),
  /** Part of the excess it explains, 0 to 1 (and above, where others fell). */
  part: z.number(),
});

/** What one operation or resource adds to an excess. */
export type Attribution = z.output<typeof attributionSchema>;

/**
 * What detection says about one tenant and service (or about the fleet, tenant `_fleet`). Shares are 0 to 1; amounts are
 * in the basis named by `basis`; windows are half-open, UTC, epoch ms.
 */
export const findingSchema = z.strictObject({
  id: z.string(),
  severity: z.enum(SEVERITIES),
  /** `judged`, or why not: incomplete data is never judged in silence. */
  status: z.enum(['judged', 'not_judged']),
  /**
   * As of incidents, and `not_judged`: windows of which nothing can be said, and why. That is never an incident; a row of such
   * hours is one, of kind `pipeline`.
   */
  kind: z.enum([...INCIDENT_KINDS, 'not_judged']),
  tenant_id: z.string(),
  service: z.string(),
  /** First to last window the finding holds in. */
  window: windowSchema,
  /** Windows in which it held, of those judged. */
  windows_flagged: z.int().nonnegative(),
  windows_judged: z.int().nonnegative(),
  /** What usage is measured in: list-price dollars (1e-18 USD integers summed), or one meter's millionths. */
  basis: z.string(),
  /**
   * P against peers, C change the fleet does not share, S against its own past, G gradual creep, D dominance, and use beyond
   * what was agreed.
   */
  tests: z.array(z.enum(['P_strong', 'P_weak', 'C_strong', 'C_weak', 'S', 'G', 'D', 'overrun'])),
  /** Over the flagged windows together. */
  actual: z.number(),
  expected: z.number(),
  share: z.number(),
  peer_median_share: z.number(),
  ratio_to_peer_median: z.number(),
  rank: z.int().positive(),
  peers: z.int().nonnegative(),
  /** Share in the windows before, as far back as the ledger was read; null without history. */
  share_before: z.number().nullable(),
  p: z.number().nullable(),
  /** How many times more than its own level and the fleet's movement explain, at most; null with too little history. */
  change_ratio: z.number().nullable(),
  /** Fewer than 24 hours of usage of its own were known: no page rests on so little. */
  is_new: z.boolean(),
  tail_capped: z.boolean(),
  excess_usd_per_day: z.number().nullable(),
  /** The same in units of the basis. */
  excess_per_day: z.number().optional(),
  /** What makes up the excess, the largest first; absent when it was not looked for, empty when no few things do. */
  attribution: z.array(attributionSchema).optional(),
  /** Commands that show what it rests on, ready to run. */
  reports: z.array(z.string()).optional(),
  sentence: z.string(),
  /** What to do next, one line each. */
  next: z.array(z.string()),
});

/** What detection says about one tenant and service. */
export type Finding = z.output<typeof findingSchema>;
