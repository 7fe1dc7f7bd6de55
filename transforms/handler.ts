import type { FirehoseResponse, RecordOutcome } from '../model/index.js';
import { type LambdaRuntime, openLambdaRuntime } from './LambdaRuntime.js';
import { summariseBatch } from './telemetry/BatchSummary.js';
import { createTransform } from './transform.js';

/**
 * The Firehose transform over a runtime. Throws, so that Firehose sends the batch again, only when the event is not
 * Firehose's or there is no registry to judge by.
 */
export function createHandler(runtime: LambdaRuntime): (event: unknown) => Promise<FirehoseResponse> {
  const { config, registry, reput, telemetry, stopwatch } = runtime;
  return async (event) => {
    const begun = stopwatch();
    try {
      const outcomes: RecordOutcome[] = [];
      const snapshot = await registry.current();
      const transform = createTransform({
        registry: () => snapshot.registry,
        trust: config.identity.trust,
        platformStream: config.identity.platform_stream,
        reput,
        observe: (outcome) => outcomes.push(outcome),
      });
      const response = await transform(event);
      telemetry.batchAnswered({
        summary: summariseBatch(outcomes, response, snapshot.registry, config.telemetry.named_tenants),
        invocationId: (event as { readonly invocationId: string }).invocationId,
        registryVersion: snapshot.version,
        durationMs: stopwatch() - begun,
      });
      return response;
    } catch (error) {
      telemetry.batchFailed(error);
      throw error;
    } finally {
      await registry.settled();
    }
  };
}

let handle: Promise<(event: unknown) => Promise<FirehoseResponse>> | undefined;

/** What Lambda calls. A runtime that could not be opened is tried again with the next event. */
export async function handler(event: unknown): Promise<FirehoseResponse> {
  handle ??= openLambdaRuntime(process.env).then(createHandler);
  const current = handle;
  return (
    await current.catch((error: unknown) => {
      handle = undefined;
      throw error;
    })
  )(event);
}
