import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../../../queries/engines/trino/exactJson.js';
import { valueReader } from '../../../../queries/engines/trino/trinoValue.js';

const read = (type: string, json: string) => valueReader({ name: 'c', type })(parseExactJson(json));

describe('parseExactJson', () => {
  it('keeps every integer and decimal digit, whatever stands beside it', () => {
    const cell = fc.oneof(
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((value) => ({ json: String(value), is: String(value) })),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({
        json: JSON.stringify(value),
        is: JSON.stringify(value),
      })),
      fc.string({ unit: 'binary' }).map((value) => ({ json: JSON.stringify(value), is: value })),
      fc.constantFrom('\\', '"', '\\"', '\\\\"12"', '[1,2]', '\u0000').map((value) => ({
        json: JSON.stringify(value),
        is: value,
      })),
      fc.constantFrom(null, true, false).map((value) => ({ json: String(value), is: value })),
    );
    fc.assert(
      fc.property(fc.array(cell), (cells) => {
        const text = `{"data":[ ${cells.map(({ json }) => json).join(' , ')} ]}`;
        expect(parseExactJson(text)).toEqual({ data: cells.map(({ is }) => is) });
      }),
    );
  });

  it('refuses what is not JSON', () => {
    for (const text of ['', '{', '"a', '"a\\"', '[1 2]', 'nul'])
      expect(() => parseExactJson(text)).toThrow(SyntaxError);
  });

  it('takes long texts of escapes in linear time', () => {
    const text = '\\"'.repeat(1_000_000);
    expect(parseExactJson(JSON.stringify([text, 1]))).toEqual([text, '1']);
  });
});

describe('values', () => {
  it('of BIGINT are exact over the whole range', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(read('bigint', String(value))).toBe(value);
      }),
    );
  });

  it('of DECIMAL are exact: bigint when whole, else the text Trino wrote', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (value) => {
        expect(read('decimal(38,0)', `"${value}"`)).toBe(value);
        expect(read('decimal(38, 2)', `"${value}.10"`)).toBe(`${value}.10`);
      }),
    );
  });

  it('of DOUBLE are the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(read('double', JSON.stringify(value))).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
    expect(read('double', '"NaN"')).toBeNaN();
    expect(read('double', '"-Infinity"')).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([
    ['timestamp(3)', '"2026-11-23 10:00:00.120"', '2026-11-23T10:00:00.120Z'],
    ['timestamp(0)', '"2026-11-23 10:00:00"', '2026-11-23T10:00:00.000Z'],
    ['timestamp(6)', '"2026-11-23 10:00:00.999999"', '2026-11-23T10:00:00.999Z'],
    ['timestamp(3) with time zone', '"2026-11-23 10:00:00.120 UTC"', '2026-11-23T10:00:00.120Z'],
    ['date', '"2026-11-23"', '2026-11-23'],
    ['integer', '7', 7],
    ['boolean', 'false', false],
    ['varchar(3)', '"1e3"', '1e3'],
    ['unknown', 'null', null],
    ['bigint', 'null', null],
  ])('of %s: %s is %s', (type, json, value) => {
    expect(read(type, json)).toBe(value);
  });

  it('of a zone that is not UTC are refused, not shifted', () => {
    expect(() => read('timestamp(3) with time zone', '"2026-11-23 10:00:00.120 Asia/Tokyo"')).toThrow(/in UTC/);
  });

  it.each(['array(bigint)', 'row(a bigint)', 'json', 'interval day to second'])('of %s are refused', (type) => {
    expect(() => valueReader({ name: 'c', type })).toThrow(/cast it/);
  });
});
