import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deaggregateKpl } from '../../transforms/deaggregateKpl.js';
import { kplRecord } from './kplRecord.js';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));

describe('deaggregateKpl', () => {
  it('gives back exactly what was put together, empty records included', () => {
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 20 }), (records) => {
        expect(deaggregateKpl(kplRecord(records))).toEqual(records);
      }),
    );
  });

  it('hands on any other bytes as they are', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        expect(deaggregateKpl(data)).toEqual([data]);
      }),
    );
  });

  it('hands on a damaged or cut aggregate whole, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (records, at, flip) => {
          const good = kplRecord(records);
          const damaged = Buffer.from(good);
          const place = 4 + (at % (good.length - 4));
          damaged[place] = (damaged[place] ?? 0) ^ flip;
          expect(deaggregateKpl(damaged)).toEqual([damaged]);
          const cut = good.subarray(0, at % good.length);
          expect(deaggregateKpl(cut)).toEqual([cut]);
        },
      ),
    );
  });

  it('reads records over 16 KiB, whose lengths take three bytes', () => {
    const large = Buffer.alloc(300_000, 'x');
    expect(deaggregateKpl(kplRecord([large, Buffer.from('y')]))).toEqual([large, Buffer.from('y')]);
  });
});
