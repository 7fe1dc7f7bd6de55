import type { TestProject } from 'vitest/node';
import { startTrino } from './startTrino.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the real Trino is, or why there is none. */
    readonly trino: { readonly server: string; readonly root: string } | { readonly missing: string };
  }
}

/** One Trino for all tests of the suite. Without one they skip, and say so; TENANTSCOPE_REQUIRE_ENGINES=1 makes that a failure. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { server, root, stop } = await startTrino();
    project.provide('trino', { server, root });
    return stop;
  } catch (error) {
    if (process.env.TENANTSCOPE_REQUIRE_ENGINES === '1') throw error;
    const missing = error instanceof Error ? error.message : String(error);
    console.warn(`skipped: no Trino: ${missing}`);
    project.provide('trino', { missing });
    return async () => undefined;
  }
}
