import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRows } from '../../queries/engines/loadRows.js';
import { openMemory } from '../../queries/engines/openMemory.js';
import type { Rows, Value } from '../../queries/engines/QueryResult.js';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';

/** Rows as they come back from a table they were put into, and the types they came as. */
async function through(types: readonly string[], rows: Rows) {
  const memory = await openMemory();
  try {
    const columns = types.map((type, index) => ({ name: `"c ${index}`, type }));
    await loadRows(memory.connection, 't', columns, [rows]);
    await memory.seal();
    const back = await queryDuckDb(memory.connection, 'select * from t');
    expect(back.columns).toEqual(columns.map(({ name }) => name));
    return back;
  } finally {
    await memory.close();
  }
}

const nullable = <T extends Value>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
/** A decimal(38,6) as engines give one: all digits of its scale. */
const decimal = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }).map((value) => {
  const digits = String(value < 0n ? -value : value).padStart(7, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
});
const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

describe('rows put into a table', () => {
  it('come back as they were, of every type', async () => {
    const types = [
      'varchar',
      'bigint',
      'decimal(38,0)',
      'decimal(38,6)',
      'double',
      'integer',
      'boolean',
      'timestamp',
      'date',
    ];
    const row = fc.tuple(
      nullable(fc.string({ unit: 'grapheme' })),
      nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      nullable(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })),
      nullable(decimal),
      nullable(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))),
      nullable(fc.integer()),
      nullable(fc.boolean()),
      nullable(instant),
      nullable(instant.map((text) => text.slice(0, 10))),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 50 }), async (rows) => {
        const back = await through(types, rows);
        expect(back.rows).toEqual(rows);
        expect(back.types).toEqual(types);
      }),
      { numRuns: 30 },
    );
  });

  it('keep text with a NUL, text that is no number, and the empty text', async () => {
    const rows = [['a\u0000b'], [''], ['NULL'], ["'; drop table t; --"]];
    expect((await through(['varchar'], rows)).rows).toEqual(rows);
  });

  it('take a type as each engine spells it', async () => {
    const { rows, types } = await through(
      ['varchar(7)', 'timestamp(3)', 'real', 'smallint', 'hugeint'],
      [['x', '2026-11-20T10:00:00.000Z', 0.5, 3, 2n ** 100n]],
    );
    expect(rows).toEqual([['x', '2026-11-20T10:00:00.000Z', 0.5, 3, 2n ** 100n]]);
    expect(types).toEqual(['varchar', 'timestamp', 'double', 'integer', 'hugeint']);
  });

  it.each([
    ['decimal(38,6)', '0.0000001', /expected a decimal\(38,6\), got "0.0000001"/],
    ['decimal(4,2)', '100', /expected a decimal\(4,2\)/],
    ['decimal(38,0)', 'many', /expected a decimal/],
    ['bigint', '1.5', /expected a whole number/],
    ['timestamp', '2026-11-20', /expected an instant in UTC/],
    ['date', '2026-02-30x', /expected a date/],
    ['map', 'x', /a column of a type that cannot be kept/],
  ])('refuse for %s the value %j, and never round', async (type, value, message) => {
    await expect(through([type], [[value]])).rejects.toThrow(message);
  });
});
