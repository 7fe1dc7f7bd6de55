import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AthenaCsvReader } from '../../../../queries/engines/athena/AthenaCsvReader.js';
import { athenaCsv } from './athenaCsv.js';

const read = (pieces: readonly string[]) => {
  const reader = new AthenaCsvReader();
  return [...pieces.flatMap((piece) => reader.push(piece)), ...reader.end()];
};
const field = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'x', ' ', '\\', '\0', '\ufeff') }),
);
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 8 }));

describe('AthenaCsvReader', () => {
  it('reads back any text, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(table, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (rows, cuts) => {
        const text = athenaCsv(rows);
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn += 1) {
          const length = cuts[turn % cuts.length] ?? 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        expect(read(pieces)).toEqual(rows);
      }),
    );
  });

  it('keeps NULL and the empty text apart', () => {
    expect(read([',"",\n'])).toEqual([[null, '', null]]);
    expect(read(['"c"\n\n""\n'])).toEqual([['c'], [null], ['']]);
  });

  it('takes a last line without its line break', () => {
    expect(read(['"a","b"\n"c",'])).toEqual([
      ['a', 'b'],
      ['c', null],
    ]);
  });

  it.each(['a\n', '"a"b\n', '"a" ,"b"\n', '"a"\r\n', '\ufeff"a"\n', '"a",null\n', ' "a"\n'])('refuses %j', (text) => {
    expect(() => read([text])).toThrow(/row 1: a value outside quotes/);
  });

  it('refuses a text that was cut inside a value', () => {
    expect(() => read(['"a"\n"b'])).toThrow(/row 2: the text ends inside quotes/);
  });
});
