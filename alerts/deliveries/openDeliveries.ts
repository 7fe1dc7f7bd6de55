import { type AlertSettings, type Config, DAY_MS, HOUR_MS } from '../../model/index.js';
import type { ObjectStore } from '../../queries/index.js';
import { type ChannelParts, openChannels } from '../channels/openChannels.js';
import { messagePictures } from '../pictures/messagePictures.js';
import { openPictureHome } from '../pictures/PictureHome.js';
import { PictureStore } from '../pictures/PictureStore.js';
import { DeliveryStore } from './DeliveryStore.js';
import type { DeliverParts } from './deliver.js';

/** What deliveries touch of the outside. */
export interface DeliverySurroundings extends ChannelParts {
  /** Where deliveries are kept: the lake's store, or a table's. */
  readonly objects: ObjectStore;
  /** Evenly in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Names this run: no other has the same. */
  readonly runId: string;
  /** How long this run may wait for what is to be tried again, milliseconds. */
  readonly patienceMs: number;
  /** How long after its beginning this run still begins something, milliseconds. */
  readonly budgetMs: number;
  /** Told what a message goes without; nobody when absent. */
  readonly warn?: (reason: string) => void;
}

const CONFLICT_MS = 50;

/** Deliveries as a configuration says, with its channels open. The plan and the name of a tenant come from its registry. */
export async function openDeliveries(
  config: Pick<Config, 'alerts' | 'mail' | 'tenants'>,
  surroundings: DeliverySurroundings,
): Promise<DeliverParts> {
  const { alerts, tenants } = config;
  const { clock, random, sleep, runId, patienceMs, budgetMs } = surroundings;
  const pictures = messagePictures(
    openPictureStore(alerts, surroundings),
    once(() => openPictureHome(alerts.pictures, alerts.timeout_seconds * 1000)),
    surroundings.warn ?? (() => undefined),
  );
  const byId = new Map(tenants.map((tenant) => [tenant.id as string, tenant]));
  return {
    store: openDeliveryStore(surroundings),
    channels: await openChannels(config, { ...surroundings, png: pictures.png }),
    picture: pictures.picture,
    routes: alerts.routes,
    messages: alerts,
    facts: ({ tenant_id }) => {
      const tenant = byId.get(tenant_id);
      return { plan: tenant?.plan, tenantName: tenant?.name };
    },
    giveUpMs: alerts.give_up_hours * HOUR_MS,
    timeoutMs: alerts.timeout_seconds * 1000,
    clock,
    random,
    sleep,
    runId,
    patienceMs,
    budgetMs,
  };
}

/** The pictures that a store keeps, as long as deliveries. */
export function openPictureStore(
  { keep_deliveries_days }: Pick<AlertSettings, 'keep_deliveries_days'>,
  { objects }: Pick<DeliverySurroundings, 'objects'>,
): PictureStore {
  return new PictureStore(objects, keep_deliveries_days * DAY_MS);
}

/** Opened when it is needed first, and no second time. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

/** The deliveries that a store keeps. */
export function openDeliveryStore({
  objects,
  random,
  sleep,
}: Pick<DeliverySurroundings, 'objects' | 'random' | 'sleep'>): DeliveryStore {
  return new DeliveryStore(objects, (conflicts) => sleep(Math.round(random() * CONFLICT_MS * conflicts)));
}
