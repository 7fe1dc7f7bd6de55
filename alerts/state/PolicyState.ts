import * as z from 'zod';
import { AppError, incidentSchema, SEVERITIES, silenceSchema } from '../../model/index.js';
import { TRANSITION_KINDS } from '../policy/Transition.js';

const instant = z.int().nonnegative();
const id = z.string().regex(/^[0-9a-f]{16}$/);

/** A tenant known to be heavy on a service: it is not spoken of up to its share times the tolerance, until it expires. */
export const acknowledgementSchema = z.strictObject({
  id,
  tenant_id: z.string().min(1),
  service: z.string().min(1),
  share: z.number().gt(0).max(1),
  tolerance: z.number().min(1).max(10),
  owner: z.string().min(1),
  reason: z.string().min(1),
  at: instant,
  until: instant,
});

/** A tenant known to be heavy on a service. */
export type Acknowledgement = z.output<typeof acknowledgementSchema>;

/** Whether an incident was worth it: what an operator says of it afterwards. */
export const VERDICTS = ['true', 'false', 'unsure'] as const;

const feedbackSchema = z.strictObject({
  incident: id,
  key: z.string(),
  kind: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  verdict: z.enum(VERDICTS),
  owner: z.string().min(1),
  note: z.string(),
  at: instant,
});

/** What an operator said of an incident. */
export type Feedback = z.output<typeof feedbackSchema>;

const transitionSchema = z.strictObject({ id, kind: z.enum(TRANSITION_KINDS), at: instant, incident: incidentSchema });

const parcelSchema = z.strictObject({
  /** Of the run that decided it. */
  at: instant,
  notifications: z.array(transitionSchema),
  more: z.strictObject({ id: z.string(), count: z.int(), largest: z.array(incidentSchema) }).nullable(),
  /** Until when the run that took it on has it for itself; 0 when none has. */
  taken_until: instant,
});

/** What a run decided to send and nobody has handed over yet. */
export type Parcel = z.output<typeof parcelSchema>;

/**
 * All that alerting remembers from run to run: everything else it computes anew from the ledger. Instants are epoch
 * milliseconds, UTC.
 */
export const policyStateSchema = z.strictObject({
  version: z.literal(1),
  /** Ends of the last windows judged, by speed; null before the first. */
  judged: z.strictObject({ hourly: instant.nullable(), recent: instant.nullable() }),
  /** Hours in a row, up to the last, that could not be judged. */
  unjudged: z.int().nonnegative(),
  open: z.array(incidentSchema),
  /** Resolved ones, oldest first, as many as are kept. */
  resolved: z.array(incidentSchema),
  silences: z.array(silenceSchema),
  acknowledgements: z.array(acknowledgementSchema),
  feedback: z.array(feedbackSchema),
  /** When pages were sent in the last hour, and summaries of more of them. */
  pages: z.array(instant),
  summaries: z.array(instant),
  /** What is not learnt from, by service and length of window. */
  unlearnt: z.array(
    z.strictObject({
      service: z.string(),
      window_ms: z.int().positive(),
      tenant_id: z.string(),
      start: instant,
      end: instant,
    }),
  ),
  outbox: z.array(parcelSchema),
});

/** All that alerting remembers from run to run. */
export type PolicyState = z.output<typeof policyStateSchema>;

/** The state of a lake that was never judged. */
export const EMPTY_STATE: PolicyState = {
  version: 1,
  judged: { hourly: null, recent: null },
  unjudged: 0,
  open: [],
  resolved: [],
  silences: [],
  acknowledgements: [],
  feedback: [],
  pages: [],
  summaries: [],
  unlearnt: [],
  outbox: [],
};

/** Throws LAKE_DAMAGED for a state that cannot be read, and for one a newer version has written, saying which. */
export function parsePolicyState(text: string, where: string): PolicyState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('LAKE_DAMAGED', 'the state of alerting is not JSON', { where, hint: REBUILD, cause });
  }
  const version = z.object({ version: z.int() }).safeParse(json);
  if (version.success && version.data.version > 1) {
    throw new AppError('LAKE_DAMAGED', 'the state of alerting was written by a newer tenantscope', {
      where,
      expected: 'version 1',
      got: `version ${version.data.version}`,
      hint: 'run the newer version; this one would lose what it does not know',
    });
  }
  const parsed = policyStateSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('LAKE_DAMAGED', 'the state of alerting cannot be read', {
    where,
    got: `${issue?.path.join('.')}: ${issue?.message}`,
    hint: REBUILD,
  });
}

const REBUILD =
  'what it remembers of usage can be made again: tenantscope alerts rebuild; silences and feedback are lost';
