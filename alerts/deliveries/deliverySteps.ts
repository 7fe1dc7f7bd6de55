import type { SendOutcome } from '../channels/Channel.js';
import { type Delivery, deliveryId, type IncidentDeliveries } from './IncidentDeliveries.js';
import { retryDelay } from './retryDelay.js';

/** What the steps of deliveries depend on besides the deliveries. */
export interface DeliveryRules {
  /** How long a delivery is tried. */
  readonly giveUpMs: number;
  /** How long whoever sends may take before somebody else does. */
  readonly claimMs: number;
  /** How often an alert that stands is sent again, for channels that need it. */
  readonly resendMs: (channel: string) => number | undefined;
  readonly random: () => number;
}

/**
 * When the next delivery of each channel may be sent, at most one for each: a later message waits until the earlier is over,
 * and nothing is sent while somebody sends.
 */
export function nextDeliveries(
  of: IncidentDeliveries,
): readonly { readonly delivery: Delivery; readonly at: number }[] {
  const channels = new Map<string, Delivery[]>();
  for (const one of of.deliveries) channels.set(one.channel, [...(channels.get(one.channel) ?? []), one]);
  return [...channels.values()].flatMap((row) => {
    const claimed = row.find(({ claim }) => claim !== null);
    // A claim that ran out is the next thing to see to, whatever waits beside it.
    if (claimed?.claim) return [{ delivery: claimed, at: Math.max(claimed.claim.until, claimed.next_at) }];
    const next = row.find(({ state }) => state === 'pending');
    // What may have arrived must not be followed by what came before it.
    const standing = next?.unknown === true ? undefined : row.findLast(({ state }) => state === 'resending');
    return [next, standing]
      .filter((one) => one !== undefined)
      .map((delivery) => ({ delivery, at: delivery.next_at }))
      .sort((a, b) => a.at - b.at)
      .slice(0, 1);
  });
}

/** Marks deliveries as being sent by one run. A claim of a run that ended in the midst leaves it open whether it was sent. */
export function claimDeliveries(
  of: IncidentDeliveries,
  numbers: readonly number[],
  by: string,
  now: number,
  { claimMs }: DeliveryRules,
): IncidentDeliveries {
  return replaced(of, numbers, (one) => ({
    ...one,
    attempts: one.attempts + 1,
    unknown: one.unknown || one.claim !== null,
    claim: { by, until: now + claimMs },
  }));
}

/** What became of a delivery that `by` had claimed. When another run has it meanwhile, only that it was sent still counts. */
export function settleDelivery(
  of: IncidentDeliveries,
  number: number,
  by: string,
  outcome: SendOutcome,
  now: number,
  rules: DeliveryRules,
): IncidentDeliveries {
  const settled = of.deliveries.find((one) => one.number === number);
  if (settled === undefined) return of;
  const known = settled.state === 'sent' || settled.state === 'resending';
  if (settled.claim?.by !== by && (outcome.kind !== 'sent' || known)) return of;
  const after = replaced(of, [number], (one) => ended(one, outcome, now, rules));
  const over = after.deliveries.find((one) => one.number === number);
  const goesOn = over?.state === 'pending' || (over?.state === 'failed' && over.event !== 'resolved');
  if (over === undefined || goesOn) return after;
  // The later message says what stands now: the earlier is not told again.
  const earlier = after.deliveries.filter(
    (one) => one.state === 'resending' && one.channel === over.channel && one.number < over.number,
  );
  return replaced(
    after,
    earlier.map((one) => one.number),
    (one) => ({ ...one, state: 'sent' }),
  );
}

/**
 * Sends a delivery that is over once more, by an operator's word. Refused with the reason when a later message went out
 * since: the receiver would take the old one for news.
 */
export function resendDelivery(
  of: IncidentDeliveries,
  number: number,
  now: number,
): { readonly after: IncidentDeliveries } | { readonly refused: string } {
  const asked = of.deliveries.find((one) => one.number === number);
  if (asked === undefined) return { refused: `the incident has deliveries 1 to ${of.next_number - 1}` };
  if (asked.state === 'pending' || asked.claim !== null) return { refused: 'it is on its way already' };
  if (!of.messages.some(({ id }) => id === asked.message_id)) return { refused: 'its message is no longer kept' };
  const later = of.deliveries.findLast(
    (one) =>
      one.channel === asked.channel && one.number > number && (one.state === 'sent' || one.state === 'resending'),
  );
  if (later !== undefined)
    return { refused: `${deliveryId(of, later)} (${later.event}) went out after it on ${later.channel}; resend that` };
  const detail = `sent again by hand; it was ${asked.state}${asked.detail === '' ? '' : `: ${asked.detail}`}`;
  return {
    after: replaced(of, [number], (one) => ({
      ...one,
      state: 'pending',
      detail,
      attempts: 0,
      unknown: one.unknown || one.sent_at !== null,
      since: now,
      next_at: now,
    })),
  };
}

function ended(one: Delivery, outcome: SendOutcome, now: number, rules: DeliveryRules): Delivery {
  if (outcome.kind === 'sent') {
    const resendMs = one.event === 'resolved' ? undefined : rules.resendMs(one.channel);
    const sent = { ...one, detail: outcome.receipt, claim: null, unknown: false, sent_at: now, since: now };
    if (resendMs === undefined) return { ...sent, state: 'sent' };
    return { ...sent, state: 'resending', next_at: now + resendMs };
  }
  const tried = { ...one, claim: null, detail: outcome.reason };
  if (outcome.kind === 'rejected') return { ...tried, state: 'failed' };
  const unknown = one.unknown || outcome.unknown;
  if (now - one.since >= rules.giveUpMs) {
    const tries = `${one.attempts} ${one.attempts === 1 ? 'try' : 'tries'}`;
    const detail = `given up after ${(rules.giveUpMs / 3_600_000).toFixed(1)} h and ${tries}: ${outcome.reason}`;
    return { ...tried, unknown, state: 'failed', detail };
  }
  const wait = retryDelay(one.attempts, rules.random, outcome.afterMs);
  // The last try is at the end of the span, however long the receiver asks to wait: then somebody is told.
  return { ...tried, unknown, next_at: Math.min(now + wait, Math.max(now + 1000, one.since + rules.giveUpMs)) };
}

function replaced(
  of: IncidentDeliveries,
  numbers: readonly number[],
  change: (one: Delivery) => Delivery,
): IncidentDeliveries {
  if (numbers.length === 0) return of;
  return { ...of, deliveries: of.deliveries.map((one) => (numbers.includes(one.number) ? change(one) : one)) };
}
