import { fullJitter } from '../../model/index.js';
import type { SinkOutcome, SinkRecord, SinkSender } from './SinkRecord.js';
import type { SettledRecord, SinkState, SinkStore } from './SinkState.js';

/** Times a record is sent in one run, and the longest wait between them. */
const ROUNDS = 5;
const BACKOFF = { baseMs: 1_000, capMs: 60_000 } as const;

/** What sending touches besides the receiver. */
export interface SendParts {
  readonly store: SinkStore;
  readonly sender: SinkSender;
  /** Now, epoch ms. */
  readonly clock: () => number;
  readonly random: () => number;
  /** Waits; ends early, without an error, when the run is ended. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Aborted when the run is to end: what was not answered stays pending. */
  readonly signal: AbortSignal;
}

/** What became of the records of a run. */
export interface SentRecords {
  readonly state: SinkState;
  readonly sent: number;
  readonly rejected: number;
  /** Left for the next run, after every round of this one. */
  readonly pending: number;
}

/**
 * Sends all pending records. That a record is about to be sent is written before it is, so that a run that dies leaves it to be sent
 * again under the same id, and never twice under two. What may pass is sent again, up to five times with full jitter, never sooner than
 * the receiver asks; what is refused is kept as rejected. Throws what the store throws.
 */
export async function sendRecords(parts: SendParts, from: SinkState): Promise<SentRecords> {
  const { store, sender, clock } = parts;
  let state = from;
  let [sent, rejected] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const due = state.records.filter(isPending);
    if (due.length === 0 || parts.signal.aborted) break;
    const now = clock();
    state = {
      ...state,
      records: state.records.map((record) =>
        isPending(record)
          ? { ...record, first_attempt: record.first_attempt ?? now, attempts: record.attempts + 1 }
          : record,
      ),
    };
    await store.write(state);
    const outcomes = await sender.send(due);
    const byId = new Map(due.map(({ id }, at) => [id, outcomes[at]]));
    const untried = new Set(due.filter(({ first_attempt }) => first_attempt === null).map(({ id }) => id));
    const settled = state.records.flatMap((record): SettledRecord[] => {
      const outcome = byId.get(record.id);
      return outcome?.kind === 'sent' ? [{ ...record, detail: '', receipt: outcome.receipt }] : [];
    });
    rejected += outcomes.filter(({ kind }) => kind === 'rejected').length;
    sent += settled.length;
    state = await store.log(state, settled);
    state = { ...state, records: state.records.flatMap((record) => after(record, byId.get(record.id), untried)) };
    await store.write(state);
    const waits = outcomes.flatMap((outcome) => (outcome.kind === 'retry' ? [outcome.afterMs ?? 0] : []));
    if (waits.length === 0 || round === ROUNDS - 1) break;
    const asked = Math.max(...waits);
    // Longer than a run should last: the next run is soon enough.
    if (asked > BACKOFF.capMs) break;
    await parts.sleep(Math.max(asked, fullJitter(round + 1, BACKOFF, parts.random)));
  }
  return { state, sent, rejected, pending: state.records.filter(isPending).length };
}

const isPending = ({ state }: SinkRecord): boolean => state === 'pending';

function after(record: SinkRecord, outcome: SinkOutcome | undefined, untried: ReadonlySet<string>): SinkRecord[] {
  if (outcome === undefined) return [record];
  if (outcome.kind === 'sent') return [];
  const detail = outcome.reason;
  if (outcome.kind === 'rejected') return [{ ...record, detail, state: 'rejected' }];
  const first_attempt = outcome.unsent && untried.has(record.id) ? null : record.first_attempt;
  return [{ ...record, detail, first_attempt }];
}
