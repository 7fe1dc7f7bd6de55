import { describe, expect, it } from 'vitest';
import { parseConfigOrThrow, type TenantId } from '../../../model/index.js';
import { CachedRegistry, type RegistryFailure } from '../../../transforms/registry/CachedRegistry.js';
import type { RegistryText } from '../../../transforms/registry/RegistryStore.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const document = (...ids: string[]): string =>
  JSON.stringify({ tenants: ids.map((id) => ({ id, namespaces: [`tenant-${id}`] })) });

/** A store whose answers the test decides: each load waits until it is answered or refused. */
function open() {
  const config = parseConfigOrThrow('registry: { from: reg, refresh_seconds: 60, stale_hours: 2 }', 'tenantscope.yaml');
  const failures: RegistryFailure[] = [];
  const known: (string | undefined)[] = [];
  const waiting: { answer: (text: RegistryText | undefined) => void; refuse: (error: Error) => void }[] = [];
  const time = { now: Date.parse('2026-11-24T10:00:00Z') };
  const registry = new CachedRegistry({
    store: {
      name: 'reg',
      load: (version) => {
        known.push(version);
        return new Promise((answer, refuse) => waiting.push({ answer, refuse }));
      },
    },
    config,
    clock: () => time.now,
    onFailure: (failure) => failures.push(failure),
  });
  const next = () => {
    const load = waiting.shift();
    if (load === undefined) throw new Error('nothing is being loaded');
    return load;
  };
  return { registry, failures, known, next, time, waiting };
}

type Load = ReturnType<ReturnType<typeof open>['next']>;

async function opened() {
  const all = open();
  const first = all.registry.current();
  all.next().answer({ version: 'v1', text: document('acme') });
  expect((await first).version).toBe('v1');
  return all;
}

describe('a cached registry', () => {
  it('is loaded once, however many ask at the same time', async () => {
    const { registry, next, known } = open();
    const asked = Promise.all([registry.current(), registry.current(), registry.current()]);
    next().answer({ version: 'v1', text: document('acme') });
    for (const { version, registry: snapshot } of await asked) {
      expect(version).toBe('v1');
      expect(snapshot.tenant('acme')).toBeDefined();
    }
    expect(known).toEqual([undefined]);
  });

  it('serves the old snapshot while the next is fetched, and then the next', async () => {
    const { registry, next, time, waiting } = await opened();
    time.now += 59_000;
    expect((await registry.current()).version).toBe('v1');
    expect(waiting).toHaveLength(0);
    time.now += 1_000;
    expect((await registry.current()).version).toBe('v1');
    expect((await registry.current()).version).toBe('v1');
    expect(waiting).toHaveLength(1);
    next().answer({ version: 'v2', text: document('acme', 'newco') });
    await registry.settled();
    const { version, registry: snapshot } = await registry.current();
    expect(version).toBe('v2');
    expect(snapshot.tenant('newco')?.id).toBe('newco' as TenantId);
  });

  it('asks with the version it has, and keeps the snapshot when nothing changed', async () => {
    const { registry, next, time, known } = await opened();
    const before = await registry.current();
    time.now += MINUTE;
    await registry.current();
    next().answer(undefined);
    await registry.settled();
    expect(known).toEqual([undefined, 'v1']);
    expect(await registry.current()).toBe(before);
  });

  it.each([
    ['a store that fails', (load: Load) => load.refuse(new Error('down'))],
    ['a document that is not valid', (load: Load) => load.answer({ version: 'v2', text: document('NOT AN ID') })],
    ['an empty document', (load: Load) => load.answer({ version: 'v2', text: '' })],
    [
      'a document with keys of another file',
      (load: Load) => load.answer({ version: 'v2', text: 'tenants: []\nlake: /x' }),
    ],
  ] as const)('goes on with the last good snapshot after %s, and says so', async (_name, fail) => {
    const { registry, next, time, failures } = await opened();
    time.now += MINUTE;
    await registry.current();
    fail(next());
    await registry.settled();
    const { version, registry: snapshot } = await registry.current();
    expect(version).toBe('v1');
    expect(snapshot.tenant('acme')).toBeDefined();
    expect(failures).toMatchObject([{ store: 'reg', version: 'v1', staleMs: MINUTE }]);
  });

  it('never opens the door: without a first registry, and with one too old, there is none', async () => {
    const { registry, next } = open();
    const refused = registry.current();
    next().refuse(new Error('down'));
    await expect(refused).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });

    const old = await opened();
    old.time.now += 2 * HOUR + 1;
    const tooOld = old.registry.current();
    old.next().refuse(new Error('down'));
    await expect(tooOld).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const recovered = old.registry.current();
    old.next().answer(undefined);
    expect((await recovered).version).toBe('v1');
  });

  it('tries a failed refresh again only when it is due', async () => {
    const { registry, next, time, waiting } = await opened();
    time.now += MINUTE;
    await registry.current();
    next().refuse(new Error('down'));
    await registry.settled();
    await registry.current();
    expect(waiting).toHaveLength(0);
    time.now += MINUTE;
    await registry.current();
    expect(waiting).toHaveLength(1);
  });
});
