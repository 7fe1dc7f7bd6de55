import type { Channel, DeliveryKey, SendOutcome } from '../../../alerts/channels/Channel.js';
import { DeliveryStore } from '../../../alerts/deliveries/DeliveryStore.js';
import type { DeliverParts } from '../../../alerts/index.js';
import type { AlertMessage } from '../../../alerts/messages/AlertMessage.js';
import type { NotificationPlan } from '../../../alerts/policy/planNotifications.js';
import type { Transition } from '../../../alerts/policy/Transition.js';
import type { AlertRoute } from '../../../model/index.js';
import { AT, SETTINGS } from '../alertSamples.js';
import { memoryStore } from './memoryStore.js';

/** One sending that a receiver took. */
export interface Received {
  readonly channel: string;
  readonly message: AlertMessage;
  readonly key: DeliveryKey;
  readonly at: number;
}

/** Receivers that answer as they are told to, a clock that moves when somebody waits, and all that runs share. */
export interface World {
  readonly received: Received[];
  /** Every sending, also those that nobody took. */
  readonly sendings: Received[];
  readonly store: DeliveryStore;
  readonly channels: Map<string, Channel>;
  parts(runId: string, over?: Partial<DeliverParts>): DeliverParts;
  /** Moves the clock on. */
  wait(ms: number): void;
  now(): number;
  /** Adds a channel. `answer` says what becomes of a sending; default: all arrive. */
  channel(
    name: string,
    answer?: (received: Received) => SendOutcome | Promise<SendOutcome>,
    over?: Partial<Channel>,
  ): void;
}

export const TAKEN: SendOutcome = { kind: 'sent', receipt: 'taken' };
export const LATER = { kind: 'retry', reason: 'HTTP 500', unknown: false } as const satisfies SendOutcome;

export const routed = (channels: readonly string[], over: Partial<AlertRoute> = {}): AlertRoute => ({
  channels: [...channels],
  continue: false,
  ...over,
});

/** A plan that sends these. */
export const planOf = (...transitions: readonly Transition[]): NotificationPlan => ({
  notifications: transitions.map((transition) => ({ transition, held: undefined })),
  more: undefined,
});

export function world(objects = memoryStore()): World {
  let now = AT;
  const received: Received[] = [];
  const sendings: Received[] = [];
  const store = new DeliveryStore(objects, async () => undefined);
  const channels = new Map<string, Channel>();
  return {
    received,
    sendings,
    store,
    channels,
    now: () => now,
    wait: (ms) => {
      now += ms;
    },
    channel: (name, answer = () => TAKEN, over = {}) => {
      const send = async (message: AlertMessage, key: DeliveryKey): Promise<SendOutcome> => {
        const one = { channel: name, message, key, at: now };
        sendings.push(one);
        const outcome = await answer(one);
        if (outcome.kind === 'sent') received.push(one);
        return outcome;
      };
      channels.set(name, { name, send, ...over });
    },
    parts: (runId, over = {}) => ({
      store,
      channels,
      routes: [routed([...channels.keys()])],
      messages: SETTINGS,
      facts: () => ({}),
      giveUpMs: 24 * 3_600_000,
      timeoutMs: 15_000,
      clock: () => now,
      random: () => 0.5,
      sleep: async (ms) => {
        now += ms;
      },
      runId,
      patienceMs: 0,
      budgetMs: 600_000,
      ...over,
    }),
  };
}
