import { describe, expect, it } from 'vitest';
import { EMPTY_STATE, policyStateSchema } from '../../../alerts/state/PolicyState.js';
import { openPolicyStore } from '../../../alerts/state/policyStore.js';
import type { ObjectStore } from '../../../queries/index.js';

/** What the state of alerting needs of any store it is kept in; each test asks for a fresh, empty one. */
export function policyStoreContract(name: string, open: (place: string) => ObjectStore): void {
  let places = 0;
  const fresh = (): string => `policy-${process.pid}-${places++}`;

  describe(`the state of alerting in ${name}`, () => {
    it('is read as it was written, and changed once by each of many at once', async () => {
      const place = fresh();
      expect((await openPolicyStore(open(place)).read()).state).toEqual(EMPTY_STATE);
      await openPolicyStore(open(place)).replace(() => ({ ...EMPTY_STATE, unjudged: 3 }));
      const pages = Array.from({ length: 6 }, (_, index) => 1_000 + index);
      await Promise.all(
        pages.map((at) => openPolicyStore(open(place)).update((state) => ({ ...state, pages: [...state.pages, at] }))),
      );
      const { state } = await openPolicyStore(open(place)).read();
      expect([...state.pages].sort()).toEqual(pages);
      expect(state.unjudged).toBe(3);
      expect(policyStateSchema.parse(state)).toEqual(state);
    });

    it('is written by one of two that saw the same', async () => {
      const place = fresh();
      const [one, two] = [openPolicyStore(open(place)), openPolicyStore(open(place))];
      const [seenByOne, seenByTwo] = [await one.read(), await two.read()];
      expect(await one.write({ ...EMPTY_STATE, unjudged: 1 }, seenByOne)).toBeDefined();
      expect(await two.write({ ...EMPTY_STATE, unjudged: 2 }, seenByTwo)).toBeUndefined();
      expect((await two.read()).state.unjudged).toBe(1);
    });
  });
}
