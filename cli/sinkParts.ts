import { readFile } from 'node:fs/promises';
import { readSecret } from '../alerts/index.js';
import { marketplaceSender, parseSinks, type SinkSender, type SinkSettings, stripeSender } from '../billing/index.js';
import { AppError, type Config, findMeter, METERS, parseS3Url } from '../model/index.js';
import { localStore, type ObjectStore, s3Store } from '../queries/index.js';
import { secretSources } from './alertParts.js';
import type { CliContext } from './CliContext.js';
import { unknownName } from './oneOf.js';

/** How long a receiver has to answer. */
const TIMEOUT_MS = 20_000;

/** A sink, and where it remembers what was sent. */
export interface CalledSink {
  readonly settings: SinkSettings;
  readonly objects: ObjectStore;
}

/** The sink of a name in a file. Throws INPUT_NOT_FOUND, CONFIG_INVALID for its problems, USAGE for a name that is not there. */
export async function sinkCalled(name: string, file: string, config: Config): Promise<CalledSink> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read the file of sinks', { where: '--sinks', got: file, cause });
  });
  const { sinks, state } = parseSinks(text, file);
  const found = Object.hasOwn(sinks, name) ? sinks[name] : undefined;
  if (found === undefined) {
    throw unknownName('USAGE', 'no sink has this name', { where: file, got: name, known: Object.keys(sinks) });
  }
  for (const { service, meter } of found.meters) {
    const own = config.meters.some((each) => each.service === service && each.meter === meter);
    if (own || findMeter(service, meter) !== undefined) continue;
    throw unknownName('CONFIG_INVALID', `sinks.${name}.meters names what nobody counts`, {
      where: file,
      expected: 'a meter of docs/tables.md or of meters[] in tenantscope.yaml',
      got: `${service} ${meter}`,
      known: [...METERS, ...config.meters].map((each) => `${each.service} ${each.meter}`),
    });
  }
  return { settings: found, objects: await storeOf(state) };
}

async function storeOf(state: string): Promise<ObjectStore> {
  if (!state.startsWith('s3://')) return localStore(state);
  const { S3Client } = await import('@aws-sdk/client-s3');
  return s3Store({ client: new S3Client({}), ...parseS3Url(state) });
}

/** The sender of a sink; AWS's client is loaded when it is needed, and takes credentials from AWS's own chain. */
export async function senderOf(settings: SinkSettings, config: Config, context: CliContext): Promise<SinkSender> {
  if (settings.type === 'stripe') {
    const key = await readSecret(settings.api_key, secretSources(config, context));
    return stripeSender({ endpoint: settings.endpoint, key, timeoutMs: TIMEOUT_MS }, context.clock);
  }
  const { MarketplaceMeteringClient } = await import('@aws-sdk/client-marketplace-metering');
  const client = new MarketplaceMeteringClient({
    region: settings.region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: TIMEOUT_MS, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  });
  return marketplaceSender(client, settings.product_code);
}
