import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  awsReaders,
  type Channel,
  cloudSecrets,
  type DeliverParts,
  type DeliveryStore,
  openChannels,
  openDeliveries,
  openDeliveryStore,
  type SecretSources,
} from '../alerts/index.js';
import type { Config } from '../model/index.js';
import type { ObjectStore } from '../queries/index.js';
import { alertsStore } from './alertsState.js';
import { type CliContext, printNote } from './CliContext.js';
import { unknownName } from './oneOf.js';
import { printable } from './printable.js';

const BUDGET_MS = 10 * 60_000;

/** The channels of a project file. */
export function channelsOf(config: Config, context: CliContext): Promise<ReadonlyMap<string, Channel>> {
  return openChannels(config, channelParts(config, context));
}

/**
 * The deliveries of a lake. Throws LAKE_NOT_FOUND.
 *
 * @param through what stands before their store: a dry run's, which writes nothing
 */
export async function deliveryStore(
  config: Config,
  context: CliContext,
  through: (objects: ObjectStore) => ObjectStore = (objects) => objects,
): Promise<DeliveryStore> {
  const around = await surroundings(config, context);
  return openDeliveryStore({ ...around, objects: through(around.objects) });
}

/**
 * What deliveries are made with on the command line; what is to be tried again is left to the next run. Throws LAKE_NOT_FOUND.
 *
 * @param secrets those of the run, where more than its deliveries need some
 */
export async function deliverParts(
  config: Config,
  context: CliContext,
  secrets: SecretSources = secretSources(config, context),
): Promise<DeliverParts> {
  return openDeliveries(config, { ...(await surroundings(config, context)), secrets });
}

/** Where the secrets of one run come from: each that AWS holds is asked for once. */
export function secretSources({ alerts }: Config, { env }: CliContext): SecretSources {
  return { env, cloud: cloudSecrets(awsReaders(alerts.timeout_seconds * 1000)) };
}

/** The channel of a name. Throws USAGE that names the nearest. */
export function channelCalled(name: string, channels: ReadonlyMap<string, Channel>): Channel {
  const found = channels.get(name);
  if (found !== undefined) return found;
  const names = [...channels.keys()];
  throw unknownName('USAGE', 'no channel has this name', {
    ...(names.length === 0 ? { expected: 'a channel in alerts.channels of tenantscope.yaml' } : {}),
    got: name,
    known: names,
  });
}

async function surroundings(config: Config, context: CliContext) {
  return {
    ...channelParts(config, context),
    objects: await alertsStore(config),
    random: Math.random,
    sleep: (ms: number) => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined),
    runId: randomUUID(),
    patienceMs: 0,
    budgetMs: BUDGET_MS,
    warn: (reason: string) => printNote(context, printable(`warning: ${reason}`)),
  };
}

function channelParts(config: Config, context: CliContext) {
  return {
    clock: context.clock,
    secrets: secretSources(config, context),
    write: (text: string) => context.stdout.write(text),
  };
}
