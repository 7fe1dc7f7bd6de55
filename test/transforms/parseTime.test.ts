import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoInstant, utcDayOf } from '../../model/index.js';
import { parseIsoTime } from '../../transforms/parseTime.js';

const EARLIEST = Date.UTC(2000, 0, 2);
const LATEST = Date.UTC(2099, 11, 30);
const instant = fc.integer({ min: EARLIEST, max: LATEST });
const two = (value: number): string => String(value).padStart(2, '0');

/** A time as writers write it, and what it says in epoch milliseconds. */
const written = fc
  .record({
    ms: instant,
    digits: fc.integer({ min: 0, max: 9 }),
    finer: fc.integer({ min: 0, max: 999_999 }),
    zone: fc.oneof(fc.constant(undefined), fc.integer({ min: -14 * 60, max: 14 * 60 })),
    colon: fc.boolean(),
    separator: fc.constantFrom('T', ' '),
    point: fc.constantFrom('.', ','),
  })
  .map(({ ms, digits, finer, zone, colon, separator, point }) => {
    const local = new Date(ms + (zone ?? 0) * 60_000).toISOString();
    const fraction = `${local.slice(20, 23)}${String(finer).padStart(6, '0')}`.slice(0, digits);
    const minutes = Math.abs(zone ?? 0);
    const sign = (zone ?? 0) < 0 ? '-' : '+';
    const suffix =
      zone === undefined ? 'Z' : `${sign}${two(Math.floor(minutes / 60))}${colon ? ':' : ''}${two(minutes % 60)}`;
    const text = `${local.slice(0, 10)}${separator}${local.slice(11, 19)}${digits === 0 ? '' : point + fraction}${suffix}`;
    return { text, ms: ms - (ms % 1000) + Number(fraction.slice(0, 3).padEnd(3, '0')) };
  });

describe('times', () => {
  it('in any form are the instant they say, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 6 }), (times) => {
        // Twice over, and back again: what is kept of one must not colour the next.
        for (const { text, ms } of [...times, ...times, ...times.toReversed()]) expect(parseIsoTime(text)).toBe(ms);
      }),
      { numRuns: 2000 },
    );
  });

  it('that are none stay none after one that is', () => {
    for (const text of [
      '2026-11-24T10:00:00.Z',
      '2026-11-24T10:00:00.12x',
      '2026-11-24T10:00:00.1x3Z',
      '2026-11-24T10:00:00.1234567890Z',
      '2026-11-24T10:00:00',
      '2026-11-24T10:00:00.5',
      '2026-11-24T10:00:00,Z',
      '2026-02-30T10:00:00Z',
      '2026-11-24T25:00:00Z',
    ]) {
      expect(parseIsoTime('2026-11-24T10:00:00.000Z')).toBe(Date.UTC(2026, 10, 24, 10));
      expect(parseIsoTime(text)).toBeUndefined();
      expect(parseIsoTime('2026-11-24T10:00:00.007Z')).toBe(Date.UTC(2026, 10, 24, 10) + 7);
    }
  });

  it('are written as a Date writes them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -8e14, max: 8e14 }), { maxLength: 5 }), (instants) => {
        for (const ms of [...instants, ...instants]) {
          if (new Date(ms).toISOString().length > 24) continue;
          expect(isoInstant(ms)).toBe(new Date(ms).toISOString());
          expect(utcDayOf(ms)).toBe(new Date(ms).toISOString().slice(0, 10));
        }
      }),
    );
    expect(() => isoInstant(Number.NaN)).toThrow(RangeError);
  });
});
