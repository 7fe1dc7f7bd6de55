import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { AppError, type Config, parseConfigOrThrow } from '../model/index.js';
import { kinesisReput } from './kinesisReput.js';
import type { Reput } from './Reput.js';
import { CachedRegistry } from './registry/CachedRegistry.js';
import { fixedRegistry, type RegistrySource } from './registry/fixedRegistry.js';
import { registryStoreOf } from './registry/registryStoreOf.js';
import { powertoolsTelemetry } from './telemetry/powertoolsTelemetry.js';
import type { Telemetry } from './telemetry/Telemetry.js';

/** Everything the Lambda touches of the outside world; made once per execution environment. */
export interface LambdaRuntime {
  readonly config: Config;
  readonly registry: RegistrySource;
  readonly reput: Reput;
  readonly telemetry: Telemetry;
  /** Milliseconds of a clock that only goes forward. */
  readonly stopwatch: () => number;
}

/**
 * The runtime that the environment describes: TENANTSCOPE_CONFIG, the path of the tenantscope.yaml in the bundle;
 * TENANTSCOPE_STREAM, the stream that split records go back to; TENANTSCOPE_REGISTRY, where the registry is, before the file's. Throws CONFIG_INVALID for either.
 */
export async function openLambdaRuntime(env: Readonly<Record<string, string | undefined>>): Promise<LambdaRuntime> {
  const file = env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml';
  const stream = env.TENANTSCOPE_STREAM;
  if (stream === undefined || stream === '') {
    throw new AppError('CONFIG_INVALID', 'TENANTSCOPE_STREAM is not set', {
      expected: 'the name of the Kinesis data stream that split records are sent to again',
    });
  }
  const text = readFileSync(file, 'utf8');
  const config = parseConfigOrThrow(text, file);
  const telemetry = powertoolsTelemetry();
  return {
    config,
    registry: await registrySource(config, text, telemetry, env.TENANTSCOPE_REGISTRY ?? config.registry.from),
    reput: kinesisReput(new KinesisClient({}), stream, (ms) => sleep(ms)),
    telemetry,
    stopwatch: () => performance.now(),
  };
}

async function registrySource(
  config: Config,
  text: string,
  telemetry: Telemetry,
  from: string | undefined,
): Promise<RegistrySource> {
  if (from === undefined) return fixedRegistry(config, text);
  return new CachedRegistry({
    store: await registryStoreOf(from),
    config,
    clock: () => Date.now(),
    onFailure: (failure) => telemetry.registryFailed(failure),
  });
}
