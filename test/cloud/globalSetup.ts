import type { TestProject } from 'vitest/node';
import { startTrino } from '../engines/startTrino.js';
import { glueCatalogs } from './glueCatalogs.js';
import { type RunningMiniStack, startMiniStack } from './startMiniStack.js';
import { type RunningSeaweed, startSeaweed } from './startSeaweed.js';

/** What a test can use as long as it runs, and what ends it. */
interface Running {
  stop(): Promise<void>;
}

/** Where a server is, or why there is none. */
type Provided<T extends Running> = Omit<T, 'stop'> | { readonly missing: string };

/** A real Trino over the Glue and the S3 of the MiniStack. */
interface CloudTrino extends Running {
  readonly server: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly miniStack: Provided<RunningMiniStack>;
    readonly seaweed: Provided<RunningSeaweed>;
    readonly cloudTrino: Provided<CloudTrino>;
  }
}

/**
 * One MiniStack, one Trino over it, and one SeaweedFS for all tests of the suite. Without one its tests skip, and say so;
 * TENANTSCOPE_REQUIRE_CLOUD=1 makes that a failure.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const miniStack = startMiniStack();
  const started = await Promise.allSettled([miniStack, startSeaweed(), miniStack.then(trinoOver)] as const);
  const stop = async (): Promise<void> => {
    for (const server of started.toReversed()) if (server.status === 'fulfilled') await server.value.stop();
  };
  const failed = started.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected' && process.env.TENANTSCOPE_REQUIRE_CLOUD === '1') {
    await stop();
    throw failed.reason;
  }
  const [cloud, seaweed, trino] = started;
  project.provide('miniStack', provided('MiniStack', cloud));
  project.provide('seaweed', provided('SeaweedFS', seaweed));
  project.provide('cloudTrino', provided('Trino', trino));
  return stop;
}

async function trinoOver(miniStack: RunningMiniStack): Promise<CloudTrino> {
  const { server, stop } = await startTrino({ roles: ['single'], catalogs: () => glueCatalogs(miniStack) });
  return { server, stop };
}

function provided<T extends Running>(name: string, started: PromiseSettledResult<T>): Provided<T> {
  if (started.status === 'fulfilled') {
    const { stop: _, ...rest } = started.value;
    return rest;
  }
  const missing = started.reason instanceof Error ? started.reason.message : String(started.reason);
  console.warn(`skipped: no ${name}: ${missing}`);
  return { missing };
}
