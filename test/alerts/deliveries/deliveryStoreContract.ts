import { describe, expect, it } from 'vitest';
import { deliver, deliverDue, forgetOldDeliveries, listDeliveries } from '../../../alerts/index.js';
import { DAY_MS, HOUR_MS, type Incident } from '../../../model/index.js';
import type { ObjectStore } from '../../../queries/index.js';
import { transition } from '../alertSamples.js';
import { LATER, planOf, type World, world } from './deliveryWorld.js';

const KEPT_MS = 90 * DAY_MS;
const other = (id: string): Partial<Incident> => ({ id, key: `${id}/DynamoDB/up`, tenant_id: id });
const opened = (id: string) => transition('opened', 0, other(id));
const resolved = (id: string) => transition('resolved', 1, other(id));
const kept = async (w: World): Promise<readonly string[]> => [...(await w.store.since(0))].sort();

/** What deliveries need of any store they are kept in; each test asks for a fresh, empty one. */
export function deliveryStoreContract(name: string, open: (place: string) => ObjectStore): void {
  let places = 0;
  const fresh = (): string => `deliveries-${process.pid}-${places++}`;

  describe(`deliveries in ${name}`, () => {
    it('are read as they were written, listed by day, and once sent have no work left', async () => {
      const w = world(open(fresh()));
      w.channel('pager');
      expect([await w.store.read('acme'), [...(await w.store.open())], await kept(w)]).toEqual([undefined, [], []]);
      await deliver(planOf(opened('acme'), opened('globex')), w.parts('a'));
      expect(await kept(w)).toEqual(['acme', 'globex']);
      expect(await w.store.since(w.now() + DAY_MS)).toEqual([]);
      expect((await w.store.read('acme'))?.deliveries).toMatchObject([{ number: 1, channel: 'pager', state: 'sent' }]);
      w.wait(HOUR_MS);
      await deliverDue(w.parts('b'));
      expect([...(await w.store.open())]).toEqual([]);
    });

    it('are sent once by any number of runs at once', async () => {
      const place = fresh();
      const w = world(open(place));
      w.channel('pager');
      const runs = ['a', 'b', 'c'].map((run) => deliver(planOf(opened('acme')), w.parts(run)));
      await Promise.all(runs);
      expect(w.sendings.map(({ channel, message }) => `${channel} ${message.event}`)).toEqual(['pager opened']);
      expect((await listDeliveries(w.store, 0)).map(({ id, state }) => `${id} ${state}`)).toEqual(['acme:1 sent']);
    });

    it('of one incident are changed once by each of many at once', async () => {
      const place = fresh();
      const hours = Array.from({ length: 5 }, (_, hour) => hour);
      const w = world(open(place));
      w.channel('pager', () => LATER);
      await Promise.all(hours.map((hour) => deliver(planOf(transition('grew', hour)), w.parts(`run-${hour}`))));
      const of = await w.store.read(transition('grew').incident.id);
      expect(of?.deliveries.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
      expect(new Set(of?.deliveries.map(({ message_id }) => message_id)).size).toBe(5);
    });

    it('are forgotten once all of a resolved incident are over and old, and no others are', async () => {
      const w = world(open(fresh()));
      w.channel('pager');
      w.channel('away', ({ message }) => (message.incident_id === 'waits' ? LATER : { kind: 'sent', receipt: '' }));
      const parts = (run: string) => w.parts(run, { giveUpMs: 1000 * DAY_MS });
      await deliver(planOf(opened('over'), opened('stands'), opened('waits')), parts('a'));
      w.wait(HOUR_MS);
      await deliver(planOf(resolved('over'), resolved('waits')), parts('b'));
      w.wait(KEPT_MS - DAY_MS);
      expect(await forgetOldDeliveries(w.store, w.now, KEPT_MS)).toBe(0);
      await deliver(planOf(opened('recent'), resolved('recent')), parts('c'));
      w.wait(2 * DAY_MS);
      const runs = Array.from({ length: 3 }, () => forgetOldDeliveries(w.store, w.now, KEPT_MS));
      expect((await Promise.all(runs)).sort()).toEqual([0, 0, 1]);
      expect(await kept(w)).toEqual(['recent', 'stands', 'waits']);
      expect(await w.store.read('over')).toBeUndefined();
      expect((await listDeliveries(w.store, 0)).filter(({ id }) => id.startsWith('over'))).toEqual([]);
      // Once a day; and what waited goes a while after it was sent at last.
      expect(await forgetOldDeliveries(w.store, w.now, KEPT_MS)).toBe(0);
    });

    it('that another run enqueues while the old ones are forgotten are kept, and sent', async () => {
      const objects = open(fresh());
      let meanwhile: (() => Promise<unknown>) | undefined;
      const w = world({
        ...objects,
        writeCell: async (key, text, seen) => {
          const first = text.startsWith('null') ? meanwhile : undefined;
          if (first !== undefined) meanwhile = undefined;
          await first?.();
          return objects.writeCell(key, text, seen);
        },
      });
      w.channel('pager');
      await deliver(planOf(opened('acme'), resolved('acme')), w.parts('a'));
      w.wait(2 * KEPT_MS);
      meanwhile = () => deliver(planOf(transition('opened', 5000, other('acme'))), w.parts('b'));
      expect(await forgetOldDeliveries(w.store, w.now, KEPT_MS)).toBe(0);
      expect(meanwhile).toBeUndefined();
      expect((await w.store.read('acme'))?.deliveries.at(-1)).toMatchObject({ event: 'opened', state: 'sent' });
      expect(await kept(w)).toEqual(['acme']);
      // What was forgotten may be enqueued to again.
      await deliver(planOf(transition('resolved', 5001, other('acme'))), w.parts('c'));
      w.wait(2 * KEPT_MS);
      expect(await forgetOldDeliveries(w.store, w.now, KEPT_MS)).toBe(1);
      await deliver(planOf(transition('opened', 9000, other('acme'))), w.parts('d'));
      expect((await w.store.read('acme'))?.deliveries).toMatchObject([{ number: 1, state: 'sent' }]);
      expect(await kept(w)).toEqual(['acme']);
    });
  });
}
