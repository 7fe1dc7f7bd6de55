import type { TestProject } from 'vitest/node';
import { type RunningMiniStack, startMiniStack } from './startMiniStack.js';
import { type RunningSeaweed, startSeaweed } from './startSeaweed.js';

/** Where a server is, or why there is none. */
type Provided<T extends { stop(): Promise<void> }> = Omit<T, 'stop'> | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    readonly miniStack: Provided<RunningMiniStack>;
    readonly seaweed: Provided<RunningSeaweed>;
  }
}

/**
 * One MiniStack and one SeaweedFS for all tests of the suite. Without one its tests skip, and say so;
 * TENANTSCOPE_REQUIRE_CLOUD=1 makes that a failure.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [miniStack, seaweed] = await Promise.allSettled([startMiniStack(), startSeaweed()]);
  const stop = async (): Promise<void> => {
    for (const started of [miniStack, seaweed]) if (started.status === 'fulfilled') await started.value.stop();
  };
  const provided = <T extends { stop(): Promise<void> }>(
    name: string,
    started: PromiseSettledResult<T>,
  ): Provided<T> => {
    if (started.status === 'fulfilled') {
      const { stop: _, ...rest } = started.value;
      return rest;
    }
    const missing = started.reason instanceof Error ? started.reason.message : String(started.reason);
    console.warn(`skipped: no ${name}: ${missing}`);
    return { missing };
  };
  const failed = [miniStack, seaweed].find((started) => started.status === 'rejected');
  if (failed !== undefined && process.env.TENANTSCOPE_REQUIRE_CLOUD === '1') {
    await stop();
    throw failed.reason;
  }
  project.provide('miniStack', provided('MiniStack', miniStack));
  project.provide('seaweed', provided('SeaweedFS', seaweed));
  return stop;
}
