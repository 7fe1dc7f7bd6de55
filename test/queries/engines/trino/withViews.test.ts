import { describe, expect, it } from 'vitest';
import { withViews } from '../../../../queries/engines/trino/withViews.js';

const views = new Map([
  ['ledger', 'select 1 as a'],
  ['tenants', 'select 2 as b'],
]);

describe('withViews', () => {
  it.each([
    ['select a from ledger', 'with ledger as (select 1 as a)\nselect a from ledger'],
    [
      '-- why\n/* with x */ WITH t as (select a from Ledger) select * from t',
      'with ledger as (select 1 as a),\n t as (select a from Ledger) select * from t',
    ],
    [
      'with recursive t as (select b from tenants) select * from t',
      'with recursive tenants as (select 2 as b),\n t as (select b from tenants) select * from t',
    ],
    ['select ledgers from withal', 'with nothing_named as (select 1)\nselect ledgers from withal'],
    ['drop table tenants', 'with tenants as (select 2 as b)\ndrop table tenants'],
  ])('%j', (sql, expected) => {
    expect(withViews(sql, views)).toBe(expected);
  });
});
