import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, type DeliveryParts, DeliveryStore, openChannels } from '../alerts/index.js';
import { requireLake } from '../ingest/index.js';
import { AppError, type Config, nearestWord } from '../model/index.js';
import { localStore } from '../queries/index.js';
import type { CliContext } from './CliContext.js';

/** The deliveries of a lake. Throws LAKE_NOT_FOUND. */
export async function deliveryStore(config: Config): Promise<DeliveryStore> {
  await requireLake(config.lake);
  return new DeliveryStore(localStore(config.lake), (conflicts) => sleep(Math.random() * 20 * conflicts));
}

/** The channels of a project file. */
export function channelsOf(config: Config, context: CliContext): Promise<ReadonlyMap<string, Channel>> {
  return openChannels(config, {
    clock: context.clock,
    secrets: { env: context.env },
    write: (text) => context.stdout.write(text),
  });
}

/** What deliveries are made with on the command line. */
export async function deliveryParts(
  config: Config,
  context: CliContext,
  channels?: ReadonlyMap<string, Channel>,
): Promise<DeliveryParts> {
  return {
    store: await deliveryStore(config),
    channels: channels ?? (await channelsOf(config, context)),
    giveUpMs: config.alerts.give_up_hours * 3_600_000,
    timeoutMs: config.alerts.timeout_seconds * 1000,
    clock: context.clock,
    random: Math.random,
    sleep: (ms) => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined),
    runId: randomUUID(),
    patienceMs: 0,
    budgetMs: 10 * 60_000,
  };
}

/** The channel of a name. Throws USAGE that names the nearest. */
export function channelCalled(name: string, channels: ReadonlyMap<string, Channel>): Channel {
  const found = channels.get(name);
  if (found !== undefined) return found;
  const names = [...channels.keys()];
  const near = nearestWord(name, names);
  throw new AppError('USAGE', 'no channel has this name', {
    expected: names.length === 0 ? 'a channel in alerts.channels of tenantscope.yaml' : `one of ${names.join(', ')}`,
    got: name,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  });
}
