import * as z from 'zod';
import { findingSchema } from '../finding/Finding.js';
import { SEVERITIES } from '../finding/severities.js';
import { INCIDENT_KINDS } from './incidentKinds.js';

const instant = z.int().nonnegative();

/** Whether usage rose or fell; `none` where neither is meant. */
export const DIRECTIONS = ['up', 'down', 'none'] as const;

/** The size of what happened in one window: shares 0 to 1, amounts in the finding's basis. */
const extentSchema = z.strictObject({ at: instant, amount: z.number(), share: z.number(), ratio: z.number() });

/** How large an incident was in one window. */
export type Extent = z.output<typeof extentSchema>;

/**
 * One incident per tenant, service and direction, and one per budget (`_fleet` for what is nobody's fault alone, `_all` for all
 * services). All instants are epoch
 * milliseconds, UTC; windows are named by their end.
 */
export const incidentSchema = z.strictObject({
  version: z.literal(1),
  /** `tenant/service/direction`, or `tenant/service/budget`: what may be open once only, and what channels recognise it by. */
  key: z.string().min(1),
  /** Hash of key and opening: another incident of the same key later has another. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  kind: z.enum(INCIDENT_KINDS),
  tenant_id: z.string(),
  service: z.string(),
  direction: z.enum(DIRECTIONS),
  state: z.enum(['open', 'resolved']),
  /** The worst it was since it opened. */
  severity: z.enum(SEVERITIES),
  opened_at: instant,
  /** End of the last window that was judged while it was open. */
  updated_at: instant,
  resolved_at: instant.nullable(),
  /** Windows in which it held. */
  windows: z.int().positive(),
  /** Calm windows in a row, up to now. */
  calm_windows: z.int().nonnegative(),
  peak: extentSchema,
  last: extentSchema,
  /** What happened, in one plain sentence, as of the last window it held in. */
  sentence: z.string(),
  /** What people were told last; null while nothing was. */
  notified: z
    .strictObject({ at: instant, severity: z.enum(SEVERITIES), amount: z.number(), count: z.int() })
    .nullable(),
  /** Ends of the windows in which it opened or resolved within the last day, for telling flapping from news. */
  turns: z.array(instant),
  /** Someone has seen it: it is not repeated unless it grows. */
  acknowledged: z.strictObject({ by: z.string(), reason: z.string(), at: instant }).nullable(),
  /** Who closed it by hand, and why; absent when it ended by itself. */
  closed: z.strictObject({ by: z.string(), reason: z.string(), at: instant }).optional(),
  /** What detection says of it in full, as of the last time people were told; absent while nobody was. */
  finding: findingSchema.optional(),
});

/** An incident. */
export type Incident = z.output<typeof incidentSchema>;
