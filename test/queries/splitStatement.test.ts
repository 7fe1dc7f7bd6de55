import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../queries/index.js';
import { joinStatement, splitStatement } from '../../queries/reports/merge/splitStatement.js';

describe('splitStatement', () => {
  it('takes a statement apart where it can be put together again', () => {
    for (const report of loadCatalogue()) {
      const split = splitStatement(report.sql);
      expect(split === undefined).toBe(!/^with\b/.test(report.sql));
      if (split === undefined) continue;
      const again = splitStatement(joinStatement(split));
      expect(again).toEqual(split);
    }
  });

  it.each([
    ["with a as (select ')' as x -- ) \n), b as (select 1) select x from a", ['a', 'b']],
    ['with a as (select (1 + (2)) as x) select x from a', ['a']],
  ])('%j', (sql, names) => {
    expect(splitStatement(sql)?.tables.map(({ name }) => name)).toEqual(names);
  });

  it.each(['select 1', 'with recursive a as (select 1) select 1', 'with a (x) as (select 1) select 1', 'with a as (1'])(
    'not %j',
    (sql) => {
      expect(splitStatement(sql)).toBeUndefined();
    },
  );
});
