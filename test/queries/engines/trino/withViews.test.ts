import { describe, expect, it } from 'vitest';
import { tablesRead } from '../../../../queries/engines/trino/tablesRead.js';
import { withViews } from '../../../../queries/engines/trino/withViews.js';
import { loadCatalogue } from '../../../../queries/index.js';

describe('withViews', () => {
  const ledger = new Map([['ledger', 'select 1 as a']]);

  it.each([
    ['select a from ledger', ledger, 'with ledger as (select 1 as a)\nselect a from ledger'],
    [
      '-- why\n/* with x */ WITH t as (select a from Ledger) select * from t',
      ledger,
      'with ledger as (select 1 as a),\n t as (select a from Ledger) select * from t',
    ],
    [
      'with recursive t as (select b from ledger) select * from t',
      ledger,
      'with recursive ledger as (select 1 as a),\n t as (select b from ledger) select * from t',
    ],
    ['select ledgers from withal', new Map(), 'with nothing_named as (select 1)\nselect ledgers from withal'],
    ['drop table ledger', ledger, 'with ledger as (select 1 as a)\ndrop table ledger'],
    ['select events from tenants', ledger, 'with nothing_named as (select 1)\nselect events from tenants'],
  ])('%j', (sql, views, expected) => {
    expect(withViews(sql, views)).toBe(expected);
  });
});

describe('tablesRead', () => {
  it.each([
    ['select events from ledger', ['ledger']],
    ['select l.events, events from "Ledger" l group by events', ['ledger']],
    ['select 1 from ledger, tenants', ['ledger', 'tenants']],
    ['select 1 from ledger as l, tenants t, events', ['ledger', 'tenants', 'events']],
    ['select 1 from (select a, events from ledger where b in (1, 2)) x, tenants', ['ledger', 'tenants']],
    ['select 1 from (ledger) join tenants using (a) where (b, events) = (1, 2)', ['ledger', 'tenants']],
    ['select 1 from ledger l left join tenants t on l.a = t.a, events', ['ledger', 'tenants', 'events']],
    ['select 1 from ledger cross join unnest(x, events) as t(a, events), tenants', ['ledger', 'unnest', 'tenants']],
    ['select 1 from ledger union all table events', ['ledger', 'events']],
    ["select 'from events' from/* from events */ledger -- from events\n, tenants", ['ledger', 'tenants']],
    ["select 'it''s from events', \"from events\" from ledger order by a, events", ['ledger']],
    ['select (select max(a) from events), tenants from ledger', ['events', 'ledger']],
    ['select 1 from ledger where a in (select a from events) group by b, tenants', ['ledger', 'events']],
    ['with x as (select a from ledger) select 1 from x', ['ledger', 'x']],
    ['', []],
  ])('%j', (sql, expected) => {
    expect([...tablesRead(sql)]).toEqual(expected);
  });

  it.each(loadCatalogue())('finds what $name says that it reads', ({ table, sql }) => {
    expect(tablesRead(sql)).toContain(table);
  });
});
