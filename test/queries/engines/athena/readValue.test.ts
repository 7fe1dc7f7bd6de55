import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readValue } from '../../../../queries/engines/athena/readValue.js';

const value = (type: string, text: string | null) => readValue({ name: 'c', type }, text);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('readValue', () => {
  it('reads any 64-bit integer exactly', () => {
    fc.assert(
      fc.property(int64, (number) => {
        expect(value('bigint', String(number))).toBe(number);
      }),
    );
  });

  it('reads any decimal exactly, as text, or as bigint when it has no fraction', () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 38n - 1n });
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 37 }), fc.boolean(), (unscaled, scale, negative) => {
        const padded = unscaled.toString().padStart(scale + 1, '0');
        const whole = padded.slice(0, padded.length - scale);
        const text = `${negative ? '-' : ''}${whole}${scale === 0 ? '' : `.${padded.slice(-scale)}`}`;
        expect(value('decimal', text)).toBe(scale === 0 ? BigInt(text) : text);
      }),
    );
  });

  it('reads any double and any 32-bit float', () => {
    const text = (number: number) => (Object.is(number, -0) ? '-0.0' : String(number).replace('e', 'E'));
    fc.assert(
      fc.property(fc.double(), (number) => {
        expect(value('double', text(number))).toBe(number);
      }),
    );
    fc.assert(
      fc.property(fc.float(), (number) => {
        expect(value('float', text(number))).toBe(number);
      }),
    );
    expect(value('double', '-Infinity')).toBe(-Infinity);
    expect(value('double', '1.0E-7')).toBe(1e-7);
    expect(value('real', '0.1')).toBe(Math.fround(0.1));
  });

  it('reads any moment, with any offset, as UTC', () => {
    const moment = fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offset) => {
        const local = new Date(date.getTime() + offset * 60_000).toISOString().replace('T', ' ').replace('Z', '');
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        expect(value('timestamp with time zone', `${local} ${zone}`)).toBe(date.toISOString());
        expect(value('timestamp', date.toISOString().replace('T', ' ').replace('Z', ''))).toBe(date.toISOString());
      }),
    );
  });

  it.each([
    ['timestamp', '2026-01-31 23:59:59', '2026-01-31T23:59:59.000Z'],
    ['timestamp', '2026-01-31 23:59:59.123456', '2026-01-31T23:59:59.123456Z'],
    ['timestamp', '2026-01-31 23:59:59.123000', '2026-01-31T23:59:59.123Z'],
    ['timestamp', '12026-01-31 00:00:00.000', '+012026-01-31T00:00:00.000Z'],
    ['timestamp with time zone', '2026-01-31 23:59:59.123 UTC', '2026-01-31T23:59:59.123Z'],
    ['date', '2026-01-31', '2026-01-31'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['integer', '-2147483648', -2147483648],
    ['array', '[1, 2]', '[1, 2]'],
    ['map', '{a=1}', '{a=1}'],
    ['varchar', '', ''],
    ['varchar', null, null],
    ['bigint', null, null],
  ])('reads %s %j', (type, text, expected) => expect(value(type, text)).toBe(expected));

  it.each([
    ['bigint', ''],
    ['bigint', '1.0'],
    ['bigint', '0x1f'],
    ['bigint', ' 1'],
    ['integer', 'one'],
    ['decimal', '1e3'],
    ['double', ''],
    ['boolean', 'TRUE'],
    ['timestamp', '2026-02-30 00:00:00.000'],
    ['timestamp', '2026-01-31T00:00:00Z'],
    ['timestamp with time zone', '2026-10-25 02:30:00.000 Europe/Berlin'],
  ])('refuses %s %j', (type, text) => expect(() => value(type, text)).toThrow(/not of its type/));
});
