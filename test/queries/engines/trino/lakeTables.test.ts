import { describe, expect, it } from 'vitest';
import { lakePath, lakeTables } from '../../../../queries/engines/trino/lakeTables.js';

const YEARS = ['2026-01-01', '2026-12-31'] as const;

describe('lakeTables', () => {
  it('place files under the root of a catalogue and under a folder of it', () => {
    expect(lakePath('local:///', 'events')).toBe('local:///events');
    expect(lakePath('local:///a', 'events')).toBe('local:///a/events');
    expect(lakePath('s3://bucket/', 'events')).toBe('s3://bucket/events');
  });

  it('never mean another lake, or other dates, by the same schema', () => {
    const schemas = [
      lakeTables('lake', 'local:///a', YEARS),
      lakeTables('lake', 'local:///a', ['2026-01-01', '2026-12-31']),
      lakeTables('lake', 'local:///b', YEARS),
      lakeTables('lake', 'local:///a', ['2025-01-01', '2026-12-31']),
    ].map(({ createSchema }) => createSchema);
    expect(schemas[0]).toMatch(/^create schema if not exists "lake"\."tenantscope_[0-9a-f]{12}"$/);
    expect(schemas[1]).toBe(schemas[0]);
    expect(new Set(schemas).size).toBe(3);
  });

  it('quote a place that holds a quote', () => {
    expect(lakeTables('lake', "local:///it's", YEARS).usage.create).toContain("'local:///it''s/ledger/bookings'");
  });

  it('project the partitions of lines', () => {
    const { name, create } = lakeTables('lake', 'local:///', YEARS).lines;
    expect(name).toMatch(/^"lake"\."tenantscope_[0-9a-f]{12}"\.events$/);
    for (const part of [
      `create table if not exists ${name} ("schema_version" integer, `,
      `"tenant_id" varchar with (partition_projection_type = 'injected'), "dt" varchar with (partition_projection_type = 'date', partition_projection_range = array['2026-01-01', '2026-12-31']`,
      "external_location = 'local:///events', format = 'PARQUET'",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are Trino's
      "partition_projection_location_template = 'local:///events/tenant_id=${tenant_id}/dt=${dt}'",
    ]) {
      expect(create).toContain(part);
    }
  });
});
