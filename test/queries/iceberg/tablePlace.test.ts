import { expect, it } from 'vitest';
import { BOOKINGS_TABLE } from '../../../model/index.js';
import { createTable, createTableAs } from '../../../queries/ledger/iceberg/icebergDdl.js';

const place = { dialect: 'trino', catalog: 'iceberg', schema: 'tenantscope' } as const;

it('on Trino a table lies below the lake where its schema has no place of its own, as Glue databases of the stacks have none', () => {
  const below = { ...place, warehouse: 's3://lake/ledger/tables' };
  const location = "location = 's3://lake/ledger/tables/bookings'";
  expect(createTable(below, BOOKINGS_TABLE)).toContain(location);
  expect(createTableAs(below, 'bookings', 'select 1 as one')).toContain(location);
  expect(createTable(place, BOOKINGS_TABLE)).not.toContain('location');
});
