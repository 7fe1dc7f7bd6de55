import { AppError, type Incident, type Silence, silenceSchema } from '../../model/index.js';
import { transitionOf } from '../policy/advanceIncidents.js';
import { shortId } from '../shortId.js';
import { findIncident } from './findIncident.js';
import { type Acknowledgement, acknowledgementSchema, type Feedback, type PolicyState } from './PolicyState.js';

/** Who changes something, why, and when (epoch milliseconds). */
export interface Word {
  readonly owner: string;
  readonly reason: string;
  readonly at: number;
}

/** Someone has seen an open incident: it is not repeated unless it grows or gets worse. Throws USAGE. */
export function acknowledge(state: PolicyState, incident: string, { owner, reason, at }: Word): PolicyState {
  const found = requireOpen(findIncident(state, incident));
  return withIncident(state, { ...found, acknowledged: { by: owner, reason, at } });
}

/** How large a tenant is known to be, and for how long. */
export interface KnownShare {
  readonly tenant_id: string;
  readonly service: string;
  readonly share: number;
  readonly tolerance: number;
  readonly until: number;
}

/** A tenant is known to be heavy on a service until a time; an earlier word of the same two is replaced. */
export function acknowledgeShare(
  state: PolicyState,
  known: KnownShare,
  { owner, reason, at }: Word,
): { readonly state: PolicyState; readonly acknowledgement: Acknowledgement } {
  const acknowledgement = acknowledgementSchema.parse({
    id: shortId(known.tenant_id, known.service, at),
    ...known,
    owner,
    reason,
    at,
  });
  const others = state.acknowledgements.filter(
    (one) => one.tenant_id !== known.tenant_id || one.service !== known.service,
  );
  return { state: { ...state, acknowledgements: [...others, acknowledgement] }, acknowledgement };
}

/**
 * Closes an incident by hand. Whoever was told of it is told by the next run of the job. It opens again when what it is about goes
 * on: what is to stay is acknowledged, not resolved.
 */
export function resolveByHand(state: PolicyState, incident: string, { owner, reason, at }: Word): PolicyState {
  const found = requireOpen(findIncident(state, incident));
  const resolved: Incident = {
    ...found,
    state: 'resolved',
    resolved_at: at,
    updated_at: Math.max(found.updated_at, at),
    turns: [...found.turns, at],
    closed: { by: owner, reason, at },
  };
  const transition = transitionOf('resolved', at, resolved);
  return {
    ...state,
    open: state.open.filter(({ id }) => id !== found.id),
    resolved: [...state.resolved, resolved],
    outbox:
      found.notified === null
        ? state.outbox
        : [...state.outbox, { at, notifications: [transition], more: null, taken_until: 0 }],
  };
}

/** What an operator says of an incident afterwards; the last word of each owner counts. */
export function giveFeedback(
  state: PolicyState,
  incident: string,
  verdict: Feedback['verdict'],
  { owner, reason, at }: Word,
): PolicyState {
  const { id, key, kind, service, severity } = findIncident(state, incident);
  const others = state.feedback.filter((one) => one.incident !== id || one.owner !== owner);
  const feedback: Feedback = { incident: id, key, kind, service, severity, verdict, owner, note: reason, at };
  return { ...state, feedback: [...others, feedback] };
}

/** Nothing is sent for what matches, until the end. Throws USAGE for a silence of everything, or one that has ended. */
export function addSilence(
  state: PolicyState,
  match: Silence['match'],
  ends_at: number,
  { owner, reason, at }: Word,
): { readonly state: PolicyState; readonly silence: Silence } {
  const id = shortId('silence', JSON.stringify(match), owner, at);
  const parsed = silenceSchema.safeParse({ version: 1, id, match, owner, reason, starts_at: at, ends_at });
  if (!parsed.success) {
    const message = parsed.error.issues[0]?.message ?? '';
    throw new AppError('USAGE', 'this silence is not taken', { expected: message.replace(/^expected /, '') });
  }
  return { state: { ...state, silences: [...state.silences, parsed.data] }, silence: parsed.data };
}

/** Ends a silence now. Throws USAGE when none of this id (or beginning with these four characters or more) is on. */
export function expireSilence(state: PolicyState, word: string, at: number): PolicyState {
  const on = state.silences.filter(({ id, ends_at }) => ends_at > at && word.length >= 4 && id.startsWith(word));
  const [silence, another] = on;
  if (silence === undefined || another !== undefined) {
    throw new AppError('USAGE', silence === undefined ? 'no silence of this id is on' : 'more than one begins so', {
      got: word,
      hint: 'tenantscope silence list shows them',
    });
  }
  const ends_at = Math.max(at, silence.starts_at + 1);
  return {
    ...state,
    silences: state.silences.map((one) => (one.id === silence.id ? { ...one, ends_at } : one)),
  };
}

function requireOpen(incident: Incident): Incident {
  if (incident.state === 'open') return incident;
  throw new AppError('USAGE', 'this incident is over', {
    got: `${incident.key}, resolved ${new Date(incident.resolved_at ?? 0).toISOString()}`,
  });
}

function withIncident(state: PolicyState, incident: Incident): PolicyState {
  return { ...state, open: state.open.map((one) => (one.id === incident.id ? incident : one)) };
}
