import { byUrgency, messageOf, type Severity } from '../../model/index.js';
import type { Channel, SendOutcome } from '../channels/Channel.js';
import type { DeliveryStore } from './DeliveryStore.js';
import { claimDeliveries, type DeliveryRules, nextDeliveries, settleDelivery } from './deliverySteps.js';
import { type Delivery, deliveryId, type IncidentDeliveries, isFinal } from './IncidentDeliveries.js';
import { isDamaged } from './isDamaged.js';

/** What deliveries are made with. */
export interface DeliveryParts {
  readonly store: DeliveryStore;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly giveUpMs: number;
  /** Longest that one sending may take, milliseconds. */
  readonly timeoutMs: number;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Evenly in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Names this run: no other has the same. */
  readonly runId: string;
  /** How long to wait within this run for what is to be tried again, milliseconds. */
  readonly patienceMs: number;
  /** Nothing more is begun after so long, milliseconds: a Lambda ends at its limit, ready or not. */
  readonly budgetMs: number;
}

/** A delivery that needs somebody. */
export interface DeliveryProblem {
  readonly id: string;
  readonly channel: string;
  readonly reason: string;
}

/** What one run did. */
export interface DeliveryReport {
  readonly sent: number;
  /** Told again, since it stands. */
  readonly resent: number;
  /** Deliveries that are tried again later. */
  readonly waiting: number;
  readonly failed: readonly DeliveryProblem[];
  /** Incidents whose deliveries cannot be read. */
  readonly damaged: readonly string[];
}

/** Sendings in a row that did not arrive after which a channel rests until the next round. */
const PATIENT = 3;
/** How long an incident without work stays in the list: longer than whoever marked it may take to enqueue. */
const GRACE_MS = 15 * 60_000;

interface Work {
  readonly incidentId: string;
  readonly severity: Severity;
  readonly at: number;
}

/**
 * Sends what is due, pages first, until nothing is or the run's time is up. A delivery is claimed by a conditional write
 * before it is sent and settled by another after, so two runs at once do not both send it, and a run that was killed leaves a
 * claim that runs out. Throws what the store throws; what goes wrong with a channel is in the report and in the deliveries.
 */
export async function deliverDue(parts: DeliveryParts): Promise<DeliveryReport> {
  const began = parts.clock();
  const run = new Run(parts);
  for (;;) {
    const now = parts.clock();
    const { due, nextAt } = await run.look(now);
    for (const { incidentId } of due) {
      if (parts.clock() - began >= parts.budgetMs) break;
      await run.deliver(incidentId);
    }
    const after = parts.clock();
    if (after - began >= parts.budgetMs) break;
    // What is due but was not sent rests with its channel; what was sent may have made room for the next.
    if (run.progressed()) continue;
    if (nextAt === undefined || nextAt - began > Math.min(parts.patienceMs, parts.budgetMs)) break;
    await parts.sleep(Math.max(1, nextAt - after));
    run.wake();
  }
  return run.end();
}

class Run {
  readonly #parts: DeliveryParts;
  readonly #rules: DeliveryRules;
  #sent = 0;
  #resent = 0;
  readonly #failed: DeliveryProblem[] = [];
  readonly #damaged = new Set<string>();
  /** Sendings in a row that did not arrive, by channel. */
  readonly #silence = new Map<string, number>();
  readonly #lastSent = new Map<string, number>();
  #steps = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#rules = {
      giveUpMs: parts.giveUpMs,
      claimMs: 4 * parts.timeoutMs + 60_000,
      resendMs: (channel) => parts.channels.get(channel)?.resendMs,
      random: parts.random,
    };
  }

  /** Incidents with something to send now, the most urgent first, and when the next will have. */
  async look(now: number): Promise<{ readonly due: readonly Work[]; readonly nextAt: number | undefined }> {
    const due: Work[] = [];
    let nextAt: number | undefined;
    for (const incidentId of (await this.#parts.store.open()).keys()) {
      const of = await this.#read(incidentId);
      for (const { delivery, at } of of === undefined ? [] : nextDeliveries(of)) {
        if (at <= now && !this.#rests(delivery.channel)) due.push({ incidentId, severity: delivery.severity, at });
        else if (at > now) nextAt = Math.min(nextAt ?? at, at);
      }
    }
    due.sort((a, b) => byUrgency(a.severity, b.severity) || a.at - b.at || (a.incidentId < b.incidentId ? -1 : 1));
    const seen = new Set<string>();
    return { due: due.filter(({ incidentId }) => !seen.has(incidentId) && seen.add(incidentId)), nextAt };
  }

  async deliver(incidentId: string): Promise<void> {
    const { store, runId, clock } = this.#parts;
    let claimed: readonly number[] = [];
    const before = await this.#read(incidentId);
    if (before === undefined) return;
    await this.#pace(this.#dueOf(before, clock()));
    const of = await store.change(incidentId, (now) => {
      claimed = now === undefined ? [] : this.#dueOf(now, clock()).map(({ number }) => number);
      if (now === undefined || claimed.length === 0) return now;
      return claimDeliveries(now, claimed, runId, clock(), this.#rules);
    });
    if (of === undefined || claimed.length === 0) return;
    this.#steps += 1;
    // Each outcome is written as it comes: what a fast receiver has must not hang on a slow one.
    await Promise.all(
      claimed.map(async (number) => {
        const outcome = await this.#send(of, number);
        const ended = await store.change(
          incidentId,
          (now) => now && settleDelivery(now, number, runId, outcome, clock(), this.#rules),
        );
        this.#count(of, ended, number);
      }),
    );
  }

  /** True when something was sent, or tried, since it was asked last. */
  progressed(): boolean {
    const steps = this.#steps;
    this.#steps = 0;
    return steps > 0;
  }

  /** After a wait the channels are tried again. */
  wake(): void {
    this.#silence.clear();
  }

  async end(): Promise<DeliveryReport> {
    const { store, clock } = this.#parts;
    const before = clock() - GRACE_MS;
    const over: string[] = [];
    let waiting = 0;
    for (const [incidentId, at] of await store.open()) {
      const of = await this.#read(incidentId);
      const open = of?.deliveries.filter((one) => !isFinal(one)) ?? [];
      waiting += open.filter(({ state }) => state === 'pending').length;
      if (open.length === 0 && at < before && !this.#damaged.has(incidentId)) over.push(incidentId);
    }
    await store.unmark(over, before);
    return { sent: this.#sent, resent: this.#resent, waiting, failed: this.#failed, damaged: [...this.#damaged] };
  }

  #dueOf(of: IncidentDeliveries, now: number): readonly Delivery[] {
    return nextDeliveries(of).flatMap(({ delivery, at }) =>
      at <= now && !this.#rests(delivery.channel) ? [delivery] : [],
    );
  }

  #rests(channel: string): boolean {
    return (this.#silence.get(channel) ?? 0) >= PATIENT;
  }

  async #pace(due: readonly Delivery[]): Promise<void> {
    const { channels, clock, sleep } = this.#parts;
    const now = clock();
    const waits = due.map(({ channel }) => {
      const last = this.#lastSent.get(channel);
      return last === undefined ? 0 : last + (channels.get(channel)?.paceMs ?? 0) - now;
    });
    const wait = Math.max(0, ...waits);
    if (wait > 0) await sleep(wait);
  }

  async #send(of: IncidentDeliveries, number: number): Promise<SendOutcome> {
    const { channels, clock } = this.#parts;
    const delivery = of.deliveries.find((one) => one.number === number);
    const message = of.messages.find(({ id }) => id === delivery?.message_id);
    if (delivery === undefined || message === undefined) return { kind: 'rejected', reason: 'its message is gone' };
    const channel = channels.get(delivery.channel);
    if (channel === undefined)
      return { kind: 'retry', reason: `alerts.channels has no ${delivery.channel} any more`, unknown: false };
    this.#lastSent.set(channel.name, clock());
    let outcome: SendOutcome;
    try {
      outcome = await channel.send(message, { id: message.id, repeated: delivery.unknown });
    } catch (error) {
      outcome = { kind: 'retry', reason: `a defect in tenantscope: ${messageOf(error)}`, unknown: true };
    }
    this.#silence.set(channel.name, outcome.kind === 'retry' ? (this.#silence.get(channel.name) ?? 0) + 1 : 0);
    return outcome;
  }

  #count(before: IncidentDeliveries, after: IncidentDeliveries | undefined, number: number): void {
    const was = before.deliveries.find((delivery) => delivery.number === number);
    const one = after?.deliveries.find((delivery) => delivery.number === number);
    if (after === undefined || was === undefined || one === undefined) return;
    if (one.state === 'failed')
      this.#failed.push({ id: deliveryId(after, one), channel: one.channel, reason: one.detail });
    else if (one.sent_at === was.sent_at) return;
    else if (was.state === 'resending') this.#resent += 1;
    else this.#sent += 1;
  }

  /** One incident that cannot be read must not keep the others from being told. */
  async #read(incidentId: string): Promise<IncidentDeliveries | undefined> {
    try {
      return await this.#parts.store.read(incidentId);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#damaged.add(incidentId);
      return undefined;
    }
  }
}
