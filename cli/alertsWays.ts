import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AlertsJob,
  type DeliveryReport,
  deliverAcknowledgement,
  deliverDue,
  enqueueNotifications,
  forgetOldDeliveries,
  type Gauges,
  keepPictures,
  type NotificationPlan,
  openPictureStore,
  sendGauges,
  sendHeartbeats,
} from '../alerts/index.js';
import { type Config, DAY_MS, type Incident, messageOf } from '../model/index.js';
import { deliverParts, secretSources } from './alertParts.js';
import { alertsStore } from './alertsState.js';
import { type CliContext, printNote } from './CliContext.js';
import { printable } from './printable.js';

/** What takes on what is to be sent, and what tells that the job has run. */
export type AlertsWays = Pick<AlertsJob, 'deliver' | 'afterwards' | 'heartbeat' | 'keepPictures'>;

/**
 * Where what is to be sent goes: to the channels of the project file, or, where it has none, to `print`, a line each. What does
 * not arrive is said on stderr and tried again by the next run.
 */
export async function alertsWays(
  config: Config,
  context: CliContext,
  print: (text: string) => void,
): Promise<AlertsWays> {
  const secrets = secretSources(config, context);
  const heartbeat = async (): Promise<void> => {
    const problems = await sendHeartbeats(config.alerts, {
      clock: context.clock,
      random: Math.random,
      sleep: (ms) => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined),
      secrets,
    });
    for (const { index, reason } of problems)
      printNote(context, printable(`warning: alerts.heartbeats[${index}] was not heard: ${reason}`));
  };
  const pictures = openPictureStore(config.alerts, { objects: await alertsStore(config) });
  const draw = keepPictures(pictures, (reason) => printNote(context, printable(`warning: ${reason}`)));
  if (Object.keys(config.alerts.channels).length === 0)
    return { deliver: async (plan) => print(planLines(plan).join('\n')), keepPictures: draw, heartbeat };
  const parts = await deliverParts(config, context, secrets);
  return {
    deliver: async (plan) => {
      const { unrouted } = await enqueueNotifications(plan, parts);
      for (const id of unrouted) printNote(context, `warning: no route of alerts.routes sends ${id} anywhere`);
    },
    afterwards: async (gauges: Gauges) => {
      say(context, await deliverDue(parts));
      for (const { channel, reason } of await sendGauges(gauges, config.alerts))
        printNote(context, printable(`warning: ${channel} did not take the gauges: ${reason}`));
      // Old deliveries harm nobody: that they cannot be forgotten must not keep the heartbeat back.
      await forgetOldDeliveries(parts.store, context.clock, config.alerts.keep_deliveries_days * DAY_MS).catch(
        (error: unknown) =>
          printNote(context, printable(`warning: old deliveries are still kept: ${messageOf(error)}`)),
      );
    },
    keepPictures: draw,
    heartbeat,
  };
}

/** Prints what would be sent, a line each; nothing leaves this process and no picture is drawn. */
export function dryWays(print: (text: string) => void): AlertsWays {
  return {
    deliver: async (plan) => print(planLines(plan).join('\n')),
    heartbeat: async () => undefined,
  };
}

/** Tells the channels that know of an incident that somebody has taken it up; nothing where there are no channels. */
export async function tellAcknowledged(incident: Incident, config: Config, context: CliContext): Promise<void> {
  if (Object.keys(config.alerts.channels).length === 0 || incident.notified === null) return;
  say(context, await deliverAcknowledgement(incident, await deliverParts(config, context)));
}

function say(context: CliContext, { failed, damaged, waiting }: DeliveryReport): void {
  for (const { id, channel, reason } of failed)
    printNote(context, printable(`warning: ${id} did not arrive through ${channel}: ${reason}`));
  for (const id of damaged) printNote(context, printable(`warning: the deliveries of ${id} cannot be read`));
  if (waiting > 0)
    printNote(context, `${waiting} ${waiting === 1 ? 'delivery waits' : 'deliveries wait'} for the next run`);
}

function planLines({ notifications, more }: NotificationPlan): readonly string[] {
  return [
    ...notifications.map(
      ({ transition: { kind, incident } }) =>
        `${kind} ${incident.severity} ${incident.key}: ${incident.finding?.sentence ?? incident.sentence}`,
    ),
    ...(more === undefined ? [] : [`and ${more.count} more pages this hour`]),
  ];
}
