import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  BOOKED_EVENTS_COLUMNS,
  BOOKED_FILES_COLUMNS,
  BOOKED_HEARTBEATS_COLUMNS,
  BOOKED_HEARTBEATS_VIEW,
  BOOKED_IDS_COLUMNS,
  BOOKED_SOURCES_COLUMNS,
  COMPLETENESS_SETTINGS_COLUMNS,
  docsTable,
  ENVIRONMENT_SETTINGS,
  ERROR_CODES,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  HEARTBEAT_COLUMNS,
  LEDGER_COLUMNS,
  METERS,
  ORIGIN_COLUMNS,
  PROBLEMS,
  QUARANTINE_COLUMNS,
  QUARANTINE_REASONS,
  QUOTA_COLUMNS,
  SERIES_COLUMNS,
  UNBOOKED_COLUMNS,
  USAGE_RECENT_COLUMNS,
} from '../../model/index.js';

function page(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

describe('docs', () => {
  it('errors.md lists every code with its exit code and meaning, and no other', () => {
    const text = page('errors.md');
    const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.*) \|$/gm)].map((row) => [
      row[1],
      Number(row[2]),
      row[3],
    ]);
    expect(rows).toEqual(Object.entries(ERROR_CODES).map(([code, { exitCode, meaning }]) => [code, exitCode, meaning]));
  });

  it('tables.md shows the columns as they are', () => {
    const text = page('tables.md');
    for (const columns of [
      EVENT_PARTITION_COLUMNS,
      EVENT_COLUMNS,
      LEDGER_COLUMNS,
      BOOKED_EVENTS_COLUMNS,
      BOOKED_HEARTBEATS_COLUMNS,
      BOOKED_HEARTBEATS_VIEW,
      BOOKED_SOURCES_COLUMNS,
      SERIES_COLUMNS,
      BOOKED_IDS_COLUMNS,
      ORIGIN_COLUMNS,
      BOOKED_FILES_COLUMNS,
      USAGE_RECENT_COLUMNS,
      HEARTBEAT_COLUMNS,
      EVENT_USAGE_COLUMNS,
      QUARANTINE_COLUMNS,
      UNBOOKED_COLUMNS,
      COMPLETENESS_SETTINGS_COLUMNS,
      QUOTA_COLUMNS,
    ]) {
      expect(text).toContain(docsTable(columns));
    }
  });

  it('tables.md explains every problem, quarantine reason and meter', () => {
    const text = page('tables.md');
    for (const [code, meaning] of Object.entries({ ...PROBLEMS, ...QUARANTINE_REASONS })) {
      expect(text).toContain(`| \`${code}\` | ${meaning} |`);
    }
    for (const meter of METERS) {
      expect(text).toContain(
        `| ${meter.service} | \`${meter.meter}\` | ${meter.unit} | ${meter.kind} | ${meter.description} |`,
      );
    }
  });

  it('configuration.md names every environment variable', () => {
    const text = page('configuration.md');
    for (const name of Object.keys(ENVIRONMENT_SETTINGS)) expect(text).toContain(`\`${name}\``);
  });
});
