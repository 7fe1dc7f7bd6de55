import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BucketObject, ListedPart } from '../../../queries/lake/bucketEvents.js';
import { digestsOf, PathSet } from '../../../queries/lake/PathSet.js';
import { UnbookedListing } from '../../../queries/lake/UnbookedListing.js';
import { bookedSet } from '../bookedSet.js';

const anyPath = fc
  .record({ tenant: fc.nat(3), day: fc.integer({ min: 1, max: 28 }), name: fc.nat(5) })
  .map(
    ({ tenant, day, name }) => `events/tenant_id=t${tenant}/dt=2026-11-${String(day).padStart(2, '0')}/${name}.parquet`,
  );

it('hands out what is not booked once, a bounded part at a time, whatever comes and goes meanwhile', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyPath, { maxLength: 60 }),
      fc.func(fc.boolean()),
      fc.record({
        found: fc.integer({ min: 1, max: 12 }),
        listed: fc.integer({ min: 1, max: 30 }),
        page: fc.integer({ min: 1, max: 9 }),
      }),
      fc.boolean(),
      fc.func(fc.boolean()),
      async (paths, isBooked, { found: most, listed, page }, isWhole, isTaken) => {
        const there = new Set(paths);
        const booked = new Set(paths.filter((path) => isBooked(path)));
        const wanted = paths.filter((path) => !booked.has(path));
        let pages = 0;
        async function* pagesOf(tenant: string): AsyncGenerator<readonly BucketObject[]> {
          for (let last = ''; ; ) {
            const keys = [...there]
              .filter((key) => key > last && key.includes(tenant))
              .sort()
              .slice(0, page);
            pages += 1;
            // A booked object goes and a new one comes, which the next listing finds.
            for (const path of [...booked].slice(pages, pages + 1)) there.delete(path);
            there.add(`events/tenant_id=t0/dt=2026-11-01/a-${pages}.parquet`);
            yield keys.map((key) => ({ key, size: 1, etag: 'e', at: 0 }));
            if (keys.length < page) return;
            last = keys.at(-1) ?? '';
          }
        }
        async function* partsOf(): AsyncGenerator<ListedPart> {
          for (const tenant of ['t0', 't1', 't2', 't3']) yield () => pagesOf(`=${tenant}/`);
        }
        const few = { root: '', pages: () => pagesOf('') };
        const limits = { found: most, listed };
        const listing = new UnbookedListing(isWhole ? { root: '', parts: partsOf } : few, limits);
        const handedOut: string[] = [];
        const taken = new Set<string>();
        for (;;) {
          const { objects } = await listing.list(bookedSet(booked));
          if (objects.length === 0) break;
          expect(objects.length).toBeLessThan(most + Math.max(page, most + page));
          for (const { path } of objects) booked.add(path);
          handedOut.push(...objects.map(({ path }) => path));
          // Of what is listed and not handed out yet some is booked by others: it was told, or another run found it.
          for (const path of wanted) {
            if (booked.has(path) || !isTaken(path)) continue;
            booked.add(path);
            taken.add(path);
          }
        }
        expect(listing.isOver).toBe(true);
        expect(new Set(handedOut).size).toBe(handedOut.length);
        expect(handedOut.filter((path) => !path.includes('/a-')).toSorted()).toEqual(
          wanted.filter((path) => !taken.has(path)).toSorted(),
        );
      },
    ),
    { numRuns: 200 },
  ));

it('a set of paths knows its own, and which of them are marked', () => {
  const paths = Array.from({ length: 20_000 }, (_, at) => `events/tenant_id=t${at % 7}/dt=2026-11-27/${at}.parquet`);
  const set = new PathSet();
  for (const path of paths) set.add(path);
  set.addDigests(digestsOf(paths.slice(0, 100)));
  expect([set.size, set.unmarked]).toEqual([20_000, 20_000]);
  set.mark(digestsOf([...paths.slice(5000), ...paths.slice(6000), 'events/other']));
  expect(set.unmarked).toBe(5000);
  expect(paths.filter((path) => set.isUnmarked(path))).toEqual(paths.slice(0, 5000));
  expect(paths.every((path) => set.has(path))).toBe(true);
  expect([set.has('events/other'), set.isUnmarked('events/other')]).toEqual([false, false]);
  expect(() => set.add('events/other')).toThrow('marked');
});
