import { describe, expect, it } from 'vitest';
import { type LogEntry, type UtcDay, utcDaySchema } from '../../../model/index.js';
import { openLedgerLog } from '../../../queries/ledger/openLedgerLog.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';

const DAY: UtcDay = utcDaySchema.parse('2026-11-23');

/** What every store must do; each test asks for a fresh, empty one, which several clients can be opened on. */
export function storeContract(name: string, open: (place: string) => ObjectStore, most = 100): void {
  let places = 0;
  const fresh = (): string => `place-${process.pid}-${places++}`;

  describe(`${name} as a store of small objects`, () => {
    it('reads what was created, and nothing else', async () => {
      const store = open(fresh());
      expect(await store.read('a/b/one.json')).toBeUndefined();
      expect(await store.create('a/b/one.json', 'Größe ☃')).toBe(true);
      expect(await store.read('a/b/one.json')).toBe('Größe ☃');
      expect(await store.create('a/b/one.json', 'another')).toBe(false);
      expect(await store.read('a/b/one.json')).toBe('Größe ☃');
    });

    it('lists a folder and nothing below or beside it, in order, from where it is asked to', async () => {
      const store = open(fresh());
      expect(await store.list('a')).toEqual([]);
      for (const key of ['a/2', 'a/10', 'a/1', 'ab/1', 'a/b/1']) await store.create(key, key);
      expect(await store.list('a')).toEqual(['1', '10', '2']);
      expect(await store.list('a', '1')).toEqual(['10', '2']);
      expect(await store.list('a', '2')).toEqual([]);
    });

    it('removes what is there, and says nothing of what is not', async () => {
      const store = open(fresh());
      for (const key of ['a/1', 'a/2', 'a/b/1']) await store.create(key, 'x'.repeat(20_000));
      await store.remove('a/1');
      await store.remove('a/1');
      await store.remove('nowhere/1');
      expect([await store.read('a/1'), await store.list('a')]).toEqual([undefined, ['2']]);
      expect(await store.read('a/b/1')).toHaveLength(20_000);
      expect(await store.create('a/1', 'again')).toBe(true);
    });

    it('replaces a text only for who saw it last', async () => {
      const store = open(fresh());
      expect(await store.readCell('x/lease.json')).toBeUndefined();
      const first = await store.writeCell('x/lease.json', 'one', undefined);
      expect(first?.text).toBe('one');
      expect(await store.writeCell('x/lease.json', 'two', undefined)).toBeUndefined();
      const seen = await store.readCell('x/lease.json');
      expect(seen).toEqual(first);
      const second = await store.writeCell('x/lease.json', 'two', seen);
      expect(second?.text).toBe('two');
      expect(await store.writeCell('x/lease.json', 'three', seen)).toBeUndefined();
      expect(await store.readCell('x/lease.json')).toEqual(second);
      expect((await store.writeCell('x/lease.json', 'three', second))?.text).toBe('three');
      expect(await store.writeCell('x/lease.json', 'four', seen)).toBeUndefined();
      expect((await store.readCell('x/lease.json'))?.text).toBe('three');
    });

    it('replaces a text once for any number that saw the same on one client, and keeps what the winner wrote', async () => {
      const store = open(fresh());
      for (let round = 0; round < 5; round += 1) {
        const seen = await store.readCell('one.json');
        const texts = Array.from({ length: 4 }, (_, writer) => `by ${writer} ${'x'.repeat(1000 * writer)} of ${round}`);
        const written = await Promise.all(texts.map((text) => store.writeCell('one.json', text, seen)));
        const won = written.flatMap((cell) => (cell === undefined ? [] : [cell]));
        expect(won).toHaveLength(1);
        expect(await store.readCell('one.json')).toEqual(won[0]);
      }
    });

    it('replaces a text once for any number that saw the same', async () => {
      const place = fresh();
      const seen = await open(place).writeCell('lease.json', 'zero', undefined);
      const texts = Array.from({ length: 6 }, (_, writer) => `by ${writer}`);
      const written = await Promise.all(texts.map((text) => open(place).writeCell('lease.json', text, seen)));
      const won = written.flatMap((cell) => (cell === undefined ? [] : [cell]));
      expect(won).toHaveLength(1);
      expect(await open(place).readCell('lease.json')).toEqual(won[0]);
    });
  });

  describe(`the ledger's log in ${name}`, () => {
    it(`gives ${most} numbers to 8 writers at once: each has one winner, none is left out`, async () => {
      const place = fresh();
      const won: number[][] = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const log = openLedgerLog(open(place));
          const own: number[] = [];
          for (;;) {
            const entries = await log.read();
            if (entries.length >= most) return own;
            const number = entries.length + 1;
            const entry: LogEntry = { version: 1, kind: 'seal', number, booked_date: DAY };
            if (await log.claim(entry)) own.push(number);
          }
        }),
      );
      expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: most }, (_, index) => index + 1));
      const log = await openLedgerLog(open(place)).read();
      expect(log.map(({ number }) => number)).toEqual(Array.from({ length: most }, (_, index) => index + 1));
    });

    it('refuses a gap and an entry that cannot be read', async () => {
      const store = open(fresh());
      await store.create('ledger/manifests/0000000002.json', '{}');
      await expect(openLedgerLog(store).read()).rejects.toMatchObject({
        code: 'LAKE_DAMAGED',
        details: { where: `${store.name}/ledger/manifests/0000000001.json` },
      });
      await store.create('ledger/manifests/0000000001.json', '{"version":1,"kind":"sea');
      await expect(openLedgerLog(store).read()).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
    });
  });
}
