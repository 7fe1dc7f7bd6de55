import { AsyncLocalStorage } from 'node:async_hooks';

const KEY = Symbol.for('@tenantscope/metering.tenant');
const shared = globalThis as unknown as { [KEY]?: AsyncLocalStorage<string> };
// An application may load this package both as a module and by require; both must see one context.
shared[KEY] ??= new AsyncLocalStorage<string>();
const storage = shared[KEY];

/**
 * Runs `work` with `tenantId` as the consumer of every metered call made in it, across awaits, timers and callbacks.
 * Returns what `work` returns. Contexts nest; concurrent ones never see each other.
 */
export function runWithTenant<T>(tenantId: string, work: () => T): T {
  return storage.run(tenantId, work);
}

/** The tenant of the current context, or undefined outside one. */
export function currentTenant(): string | undefined {
  return storage.getStore();
}
