import { describe, expect, it } from 'vitest';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_FILES_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_HEARTBEATS_VIEW,
  BOOKED_SOURCES_COLUMNS,
  duckdbColumnList,
  duckdbReadColumns,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  eventSchema,
  LEDGER_COLUMNS,
  SERIES_COLUMNS,
  USAGE_FIELDS,
  USAGE_RECENT_COLUMNS,
  usageSchema,
} from '../../model/index.js';

describe('tables', () => {
  it('have the event schema, name by name and in order', () => {
    expect(Object.keys(eventSchema.shape)).toEqual(EVENT_COLUMNS.map((column) => column.name));
    expect(Object.keys(usageSchema.shape)).toEqual(USAGE_FIELDS.map((column) => column.name));
  });

  it.each([
    ['events', [...EVENT_COLUMNS, ...EVENT_PARTITION_COLUMNS]],
    ['ledger', LEDGER_COLUMNS],
    ['booked events', BOOKED_EVENTS_COLUMNS],
    ['booked heartbeats', BOOKED_HEARTBEATS_COLUMNS],
    ['their view', BOOKED_HEARTBEATS_VIEW],
    ['booked sources', BOOKED_SOURCES_COLUMNS],
    ['samples', SERIES_COLUMNS],
    ['files read', BOOKED_FILES_COLUMNS],
    ['recent usage', USAGE_RECENT_COLUMNS],
  ])('%s: names are unique lower snake case', (_name, columns) => {
    const names = columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  it('are spelled for DuckDB with nested types and exact decimals', () => {
    expect(duckdbColumnList(LEDGER_COLUMNS)).toContain('quantity_micros DECIMAL(38, 0)');
    expect(duckdbReadColumns(EVENT_COLUMNS)).toContain("attributes: 'MAP(VARCHAR, VARCHAR)'");
    expect(duckdbReadColumns(EVENT_COLUMNS)).toContain("usage: 'STRUCT(tenant_id VARCHAR, service VARCHAR");
  });
});
