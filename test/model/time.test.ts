import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  isUtcDay,
  parseDuration,
  startOfDay,
  startOfHour,
  utcDayOf,
  windowSchema,
} from '../../model/index.js';

describe('UtcDay', () => {
  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '', '2026-01-01T00:00:00Z'])('refuses %s', (text) => {
    expect(isUtcDay(text)).toBe(false);
  });

  it('covers every instant with exactly one day, whatever the process time zone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (instant) => {
        const day = utcDayOf(instant);
        expect(isUtcDay(day)).toBe(true);
        expect(startOfDay(day)).toBeLessThanOrEqual(instant);
        expect(startOfDay(addDays(day, 1))).toBeGreaterThan(instant);
      }),
    );
  });

  it('steps over the end of February in leap years only', () => {
    expect(addDays('2028-02-28' as never, 1)).toBe('2028-02-29');
    expect(addDays('2026-02-28' as never, 1)).toBe('2026-03-01');
  });
});

describe('windows and durations', () => {
  it('refuses a window that ends before it starts, or is empty', () => {
    expect(windowSchema.safeParse({ start: 2, end: 1 }).success).toBe(false);
    expect(windowSchema.safeParse({ start: 1, end: 1 }).success).toBe(false);
  });

  it.each([
    ['24h', 86_400_000],
    ['90m', 5_400_000],
    ['28d', 2_419_200_000],
    ['4w', 2_419_200_000],
  ])('reads %s', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['24x', '', 'h', '0h', '-1h', '1.5h', '24 h', '9999999h'])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('rounds an instant down to its hour', () => {
    expect(startOfHour(Date.parse('2026-11-23T10:59:59.999Z'))).toBe(Date.parse('2026-11-23T10:00:00.000Z'));
  });
});
