import { type AlertSettings, type ChannelSettings, type Config, messageOf } from '../../model/index.js';
import { alertmanagerChannel } from './alertmanagerChannel.js';
import type { Channel, SendOutcome } from './Channel.js';
import { type HttpParts, pagerdutyChannel } from './pagerdutyChannel.js';
import { readSecret, type SecretSources } from './readSecret.js';
import { slackChannel } from './slackChannel.js';
import { stdoutChannel } from './stdoutChannel.js';
import { webhookChannel } from './webhookChannel.js';

/** What channels touch of the outside. */
export interface ChannelParts {
  readonly clock: () => number;
  readonly secrets: SecretSources;
  /** Where the channel `stdout` writes. */
  readonly write: (text: string) => void;
  /** The picture of an incident, for mails; absent where none are kept. Never throws. */
  readonly png?: (incidentId: string) => Promise<Uint8Array | undefined>;
}

type Secret = (reference: string) => Promise<string>;

/**
 * The channels of a configuration by name. One that cannot be opened, for want of a secret say, is a channel whose sendings
 * fail for now with the reason, so that the others work. No outcome shows a secret. Loads AWS clients for the channels that
 * need them; credentials and, unless it is set, the region come from AWS's own chain.
 */
export async function openChannels(
  config: Pick<Config, 'alerts' | 'mail'>,
  parts: ChannelParts,
): Promise<ReadonlyMap<string, Channel>> {
  const channels = new Map<string, Channel>();
  for (const [name, settings] of Object.entries(config.alerts.channels)) {
    const secrets: string[] = [];
    const secret: Secret = async (reference) => {
      const text = await readSecret(reference, parts.secrets);
      secrets.push(text);
      return text;
    };
    try {
      channels.set(name, silent(await open(name, settings, config, parts, secret), secrets));
    } catch (error) {
      const reason = redacted(`the channel cannot be opened: ${messageOf(error)}`, secrets);
      channels.set(name, { name, send: async () => ({ kind: 'retry', reason, unknown: false }) });
    }
  }
  return channels;
}

async function open(
  name: string,
  settings: ChannelSettings,
  { alerts, mail }: Pick<Config, 'alerts' | 'mail'>,
  parts: ChannelParts,
  secret: Secret,
): Promise<Channel> {
  const http: HttpParts = { timeoutMs: alerts.timeout_seconds * 1000, clock: parts.clock };
  switch (settings.type) {
    case 'pagerduty':
      return pagerdutyChannel(name, { url: settings.url, routingKey: await secret(settings.routing_key) }, http);
    case 'alertmanager': {
      const authorization = await authorizationOf(settings, secret);
      return alertmanagerChannel(
        name,
        {
          urls: settings.urls,
          labels: settings.labels,
          everyMs: alerts.every_minutes * 60_000,
          ...(authorization === undefined ? {} : { authorization }),
        },
        http,
      );
    }
    case 'slack':
      return slackChannel(name, await secret(settings.url), http);
    case 'webhook': {
      const keys: string[] = [];
      for (const reference of settings.secrets) keys.push(await secret(reference));
      return webhookChannel(name, { url: settings.url, keys, allowPrivate: settings.allow_private }, http);
    }
    case 'stdout':
      return stdoutChannel(name, settings.format, parts.write);
    default:
      return openAws(name, settings, alerts, { from: mail.from, png: parts.png });
  }
}

type AwsSettings = Extract<ChannelSettings, { type: 'sns' | 'eventbridge' | 'mail' | 'cloudwatch' }>;

async function openAws(
  name: string,
  settings: AwsSettings,
  alerts: AlertSettings,
  { from, png }: { readonly from: string | undefined; readonly png: ChannelParts['png'] },
): Promise<Channel> {
  const client = awsClient(alerts.timeout_seconds * 1000, 'region' in settings ? settings.region : undefined);
  switch (settings.type) {
    case 'sns': {
      const [{ SNSClient }, { snsChannel }] = await Promise.all([
        import('@aws-sdk/client-sns'),
        import('./snsChannel.js'),
      ]);
      const [, , , region = ''] = settings.topic_arn.split(':');
      return snsChannel(name, settings.topic_arn, new SNSClient({ ...client, region }));
    }
    case 'eventbridge': {
      const [{ EventBridgeClient }, { eventBridgeChannel }] = await Promise.all([
        import('@aws-sdk/client-eventbridge'),
        import('./eventBridgeChannel.js'),
      ]);
      return eventBridgeChannel(name, settings, new EventBridgeClient(client));
    }
    case 'mail': {
      const [{ SESv2Client }, { mailChannel }] = await Promise.all([
        import('@aws-sdk/client-sesv2'),
        import('./mailChannel.js'),
      ]);
      return mailChannel(name, { from: settings.from ?? from ?? '', to: settings.to }, new SESv2Client(client), png);
    }
    case 'cloudwatch': {
      const [{ CloudWatchClient }, { cloudWatchChannel }] = await Promise.all([
        import('@aws-sdk/client-cloudwatch'),
        import('./cloudWatchChannel.js'),
      ]);
      return cloudWatchChannel(name, settings.namespace, new CloudWatchClient(client));
    }
  }
}

/** Settings of a client that tries once, and no longer than a receiver has: deliveries have retries of their own. */
export function awsClient(timeoutMs: number, region: string | undefined) {
  return {
    maxAttempts: 1,
    // Without the last, a request that takes longer is only warned of.
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
  };
}

async function authorizationOf(
  of: Extract<ChannelSettings, { type: 'alertmanager' }>,
  secret: Secret,
): Promise<string | undefined> {
  if (of.bearer_token !== undefined) return `Bearer ${await secret(of.bearer_token)}`;
  if (of.user === undefined || of.password === undefined) return undefined;
  return `Basic ${Buffer.from(`${of.user}:${await secret(of.password)}`).toString('base64')}`;
}

/** The channel with its secrets taken out of whatever it says: receivers like to repeat what they refuse. */
function silent(channel: Channel, secrets: readonly string[]): Channel {
  return { ...channel, send: async (message, key) => silentOutcome(await channel.send(message, key), secrets) };
}

function silentOutcome(outcome: SendOutcome, secrets: readonly string[]): SendOutcome {
  if (outcome.kind === 'sent') return { ...outcome, receipt: redacted(outcome.receipt, secrets) };
  return { ...outcome, reason: redacted(outcome.reason, secrets) };
}

/** A text without secrets, whole or by their last part, as the path of a URL may be repeated without its host. */
export function redacted(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => [secret, secret.replace(/^https?:\/\/[^/]+\/?/, '')])
    .filter((secret) => secret.length >= 6)
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
