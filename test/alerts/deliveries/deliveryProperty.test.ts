import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SendOutcome } from '../../../alerts/channels/Channel.js';
import { deliver } from '../../../alerts/deliveries/deliver.js';
import type { IncidentDeliveries } from '../../../alerts/deliveries/IncidentDeliveries.js';
import { retryDelay } from '../../../alerts/deliveries/retryDelay.js';
import type { Transition, TransitionKind } from '../../../alerts/policy/Transition.js';
import { transition } from '../alertSamples.js';
import { LATER, planOf, type Received, TAKEN, world } from './deliveryWorld.js';
import { memoryStore } from './memoryStore.js';

/** What a receiver does with a sending; `lost answer`: it takes it, and nobody hears that. */
const ANSWERS = ['taken', 'taken', 'taken', 'later', 'slow down', 'lost answer', 'refused', 'killed'] as const;
type Answer = (typeof ANSWERS)[number];

const CHANNELS = ['pager', 'chat', 'am'];

const anyStep = fc.record({
  incident: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom<'grew' | 'reminder' | 'resolved' | 'nothing'>('grew', 'reminder', 'resolved', 'nothing'),
  /** Runs at once, and minutes until the next. */
  runs: fc.integer({ min: 1, max: 3 }),
  minutes: fc.integer({ min: 0, max: 90 }),
});
const anyLife = fc.record({
  steps: fc.array(anyStep, { minLength: 1, maxLength: 12 }),
  answers: fc.array(fc.constantFrom(...ANSWERS), { minLength: 20, maxLength: 60 }),
  yields: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 10, maxLength: 40 }),
  resendMs: fc.constantFrom(undefined, 270_000),
});

interface Life {
  readonly told: readonly Transition[];
  readonly took: readonly Received[];
  readonly sendings: readonly Received[];
  readonly cells: readonly IncidentDeliveries[];
  readonly kinds: ReadonlyMap<Received, Answer>;
}

/** Lets incidents happen while receivers answer as they like, then lets all receivers work, and looks at what came of it. */
async function live(life: typeof anyLife extends fc.Arbitrary<infer T> ? T : never): Promise<Life> {
  let turn = 0;
  const pause = async (): Promise<void> => {
    turn += 1;
    for (let left = life.yields[turn % life.yields.length] ?? 0; left > 0; left -= 1) await Promise.resolve();
  };
  const w = world(memoryStore(pause));
  const took: Received[] = [];
  const kinds = new Map<Received, Answer>();
  let calm = false;
  const answer = async (one: Received): Promise<SendOutcome> => {
    await pause();
    const kind: Answer = calm ? 'taken' : (life.answers[kinds.size % life.answers.length] ?? 'taken');
    kinds.set(one, kind);
    if (kind === 'taken' || kind === 'lost answer') took.push(one);
    if (kind === 'taken') return TAKEN;
    if (kind === 'refused') return { kind: 'rejected', reason: 'HTTP 400' };
    if (kind === 'lost answer') return { kind: 'retry', reason: 'reset', unknown: true };
    if (kind === 'slow down') return { ...LATER, afterMs: 600_000 };
    // The run that was sending never goes on; its claim runs out.
    return kind === 'killed' ? new Promise(() => undefined) : LATER;
  };
  for (const name of CHANNELS)
    w.channel(name, answer, name === 'am' && life.resendMs ? { resendMs: life.resendMs } : {});
  const told: Transition[] = [];
  const lives = new Map<number, { readonly id: string; hours: number }>();
  let runs = 0;
  const run = async (transitions: readonly Transition[], atOnce: number): Promise<void> => {
    const ended = Array.from({ length: atOnce }, () => {
      runs += 1;
      return deliver(planOf(...transitions), w.parts(`run ${runs}`, { random: () => ((runs * 7) % 10) / 10 }));
    });
    // A killed run never ends, so it is left behind once the others had all the time they need.
    const idle = (async () => {
      for (let left = 60; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    await Promise.race([Promise.all(ended), idle]);
  };
  for (const step of life.steps) {
    const before = lives.get(step.incident);
    const now = before ?? { id: `incident-${step.incident}-${told.length}`, hours: 0 };
    now.hours += 1;
    if (before === undefined) lives.set(step.incident, now);
    const kind: TransitionKind | undefined =
      before === undefined ? 'opened' : step.kind === 'nothing' ? undefined : step.kind;
    if (kind === 'resolved') lives.delete(step.incident);
    const made = kind === undefined ? [] : [transition(kind, now.hours, { id: now.id, key: `${now.id}/DynamoDB/up` })];
    told.push(...made);
    await run(made, step.runs);
    w.wait(step.minutes * 60_000);
  }
  calm = true;
  for (let left = 40; left > 0; left -= 1) {
    w.wait(20 * 60_000);
    await run([], 1);
  }
  const cells: IncidentDeliveries[] = [];
  for (const id of await w.store.since(0)) {
    const cell = await w.store.read(id);
    if (cell !== undefined) cells.push(cell);
  }
  return { told, took, sendings: w.sendings, cells, kinds };
}

describe('whatever receivers do, and however many runs there are at once', () => {
  it('nothing is lost: each transition reached each channel, was refused by it, or was over before it could be sent', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (life) => {
        const { told, took, cells, kinds } = await live(life);
        const all = cells.flatMap((cell) => cell.deliveries);
        expect(all).toHaveLength(told.length * CHANNELS.length);
        for (const one of all) {
          const took1 = took.some(({ channel, message }) => channel === one.channel && message.id === one.message_id);
          const refused = [...kinds].some(
            ([{ channel, message }, kind]) =>
              kind === 'refused' && channel === one.channel && message.id === one.message_id,
          );
          if (one.state === 'sent' || one.state === 'resending') expect(took1).toBe(true);
          else if (one.state === 'failed') expect(refused).toBe(true);
          else {
            expect(one.state).toBe('superseded');
            const later = all.filter((other) => other.channel === one.channel && other.event === 'resolved');
            expect(later.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('nothing is doubled: a second copy has the same id, and is sent only after an answer that did not come', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (life) => {
        const { sendings, kinds } = await live({ ...life, resendMs: undefined });
        const before = new Map<string, Answer[]>();
        for (const one of sendings) {
          const key = `${one.channel} ${one.message.id}`;
          expect(one.key.id).toBe(one.message.id);
          const answers = before.get(key) ?? [];
          // After it was taken, and that was heard, or refused, it is not sent again.
          expect(answers).not.toContain('taken');
          expect(answers).not.toContain('refused');
          expect(one.key.repeated).toBe(answers.includes('lost answer') || answers.includes('killed'));
          before.set(key, [...answers, kinds.get(one) ?? 'killed']);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('the order of an incident is kept in each channel', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (life) => {
        const { took, cells } = await live(life);
        for (const cell of cells)
          for (const channel of CHANNELS) {
            // What was refused in the end does not count: what stood before it is told on, though it may have arrived.
            const row = cell.deliveries.filter((one) => one.channel === channel && one.state !== 'failed');
            const numbers = row.map(({ message_id }) => message_id);
            const order = took
              .filter((one) => one.channel === channel && numbers.includes(one.message.id))
              .map(({ message }) => numbers.indexOf(message.id));
            expect(order).toEqual([...order].sort((a, b) => a - b));
          }
      }),
      { numRuns: 60 },
    );
  });
});

describe('retryDelay', () => {
  it('lies between a second and the ceiling of the try, and never below what the receiver asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.integer({ min: 0, max: 10 ** 8 }),
        (attempts, random, afterMs) => {
          const wait = retryDelay(attempts, () => random, afterMs);
          const ceiling = Math.min(3_600_000, 30_000 * 2 ** Math.min(attempts - 1, 20));
          expect(wait).toBeGreaterThanOrEqual(Math.max(1000, afterMs));
          expect(wait).toBeLessThanOrEqual(Math.max(1000, ceiling, afterMs));
        },
      ),
    );
  });
});
