import * as z from 'zod';
import { windowSchema } from '../time/Window.js';

/** How urgent a finding is: PAGE wakes someone, TICKET waits for the working day, INFO is listed and never sent. */
export const SEVERITIES = ['PAGE', 'TICKET', 'INFO'] as const;

/** How urgent a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/**
 * What detection says about one tenant and service (or about the fleet, tenant `_fleet`). Shares are 0 to 1; amounts are
 * in the basis named by `basis`; windows are half-open, UTC, epoch ms.
 */
export const findingSchema = z.strictObject({
  id: z.string(),
  severity: z.enum(SEVERITIES),
  /** `judged`, or why not: incomplete data is never judged in silence. */
  status: z.enum(['judged', 'not_judged']),
  kind: z.enum(['noisy_tenant', 'no_majority_peer_group', 'systemic', 'not_judged']),
  tenant_id: z.string(),
  service: z.string(),
  /** First to last window the finding holds in. */
  window: windowSchema,
  /** Windows in which it held, of those judged. */
  windows_flagged: z.int().nonnegative(),
  windows_judged: z.int().nonnegative(),
  /** What usage is measured in: list-price dollars (1e-18 USD integers summed), or one meter's millionths. */
  basis: z.string(),
  tests: z.array(z.enum(['P_strong', 'P_weak', 'D'])),
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
  tail_capped: z.boolean(),
  excess_usd_per_day: z.number().nullable(),
  sentence: z.string(),
  /** What to do next, one line each. */
  next: z.array(z.string()),
});

/** What detection says about one tenant and service. */
export type Finding = z.output<typeof findingSchema>;
