import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStatement, withStandIns } from '../../../queries/dialect/index.js';

const PLACEHOLDER = /\{\{([a-z_]+)(?:\.([a-z_]+))?\}\}/g;

describe('a text that is not Trino SQL', () => {
  it.each([
    ['select a from t where', 21, 'the statement ends too early'],
    ["select '𝄞' as x from t where b between 0 and c = 3", 48, '"="'],
    ['select a::int from t', 8, '":"'],
    ['select [1] from t', 7, '"["'],
    ['select a from t group all', 22, '"all" on; expected \'BY\''],
    ["select 'abc from t", 7, ''],
    ['select a /* b from t', 10, ''],
    ['select 1; select 2', 10, 'one SELECT statement'],
    ['drop table t', 0, 'one SELECT statement'],
    ['', 0, 'one SELECT statement'],
  ])('%j fails at %i', (sql, at, message) => {
    const { query, findings } = readStatement(sql, () => undefined);
    expect(query).toBeUndefined();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ at, message: expect.stringContaining(message) });
  });
});

describe('stand-ins', () => {
  it('lead back to the text they stand in, from every place', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((text) => !/[{}]/.test(text)),
      fc.constantFrom('{{a}}', '{{window.start}}', '{{some_long_name}}'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const original = pieces.join('');
        const { text, originOf, parameterAt } = withStandIns(original, PLACEHOLDER, (name) =>
          name === 'a' ? "'a literal'" : '1',
        );
        for (let at = 0; at < text.length; at += 1) {
          const origin = originOf(at);
          const placeholder = [...original.matchAll(PLACEHOLDER)].find(
            ({ 0: found, index }) => origin >= index && origin < index + found.length,
          );
          // Within a stand-in: where its placeholder begins. Elsewhere: the same letter.
          if (placeholder === undefined) expect(original[origin]).toBe(text[at]);
          else expect(origin).toBe(placeholder.index);
          const name = parameterAt(at);
          if (name !== undefined) expect(original.startsWith(`{{${name}}}`, origin)).toBe(true);
        }
        expect([...text].length === 0 || originOf(text.length) === original.length).toBe(true);
      }),
    );
  });
});
