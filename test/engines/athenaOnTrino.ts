import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable, eventTable, LAKE } from '../../model/index.js';
import { type AthenaTables, athenaTables } from '../../queries/engines/athena/athenaTables.js';
import { athenaViews, type ConfiguredRows } from '../../queries/engines/athena/athenaViews.js';
import type { CompactedLines } from '../../queries/engines/athena/CompactedLines.js';
import type { Engine } from '../../queries/engines/Engine.js';
import type { SqlSession } from '../../queries/engines/SqlSession.js';
import { trinoDdl } from '../../queries/engines/trino/trinoDdl.js';
import { withViews } from '../../queries/engines/trino/withViews.js';

/** What Athena would be sent, run on Trino. */
export interface AthenaOnTrino extends Engine {
  /** Of a lake some of whose lines were moved. */
  readonly compacted: (lines: CompactedLines) => Engine;
  /** Of a lake these tenants were erased from. */
  readonly erased: (ids: readonly string[]) => Engine;
}

/** Makes the tables of lines as Athena has them, over the lake `name` below the root that Trino sees. */
export async function deployLines(session: SqlSession, root: string, name: string): Promise<void> {
  const at = (folder: string): string => {
    // The folder a table stands on has to be there.
    mkdirSync(join(root, name, folder), { recursive: true });
    return `local:///${name}/${folder}`;
  };
  const dates = ['2026-11-01', '2026-12-31'] as const;
  await session.run(`create schema if not exists "lake"."${name}"`);
  for (const table of [
    eventTable(at(LAKE.events), dates),
    { ...eventTable(at(LAKE.compacted), dates), name: 'events_compacted' },
    errorTable(at(LAKE.errors)),
  ]) {
    await session.run(trinoDdl(`"lake"."${name}"."${table.name}"`, table));
  }
}

/** Athena's statements on Trino, where one catalogue has the tables of lines and another the ledger: Athena has all in one. */
export function athenaOnTrino(session: SqlSession, name: string, configured: ConfiguredRows): AthenaOnTrino {
  const tables: AthenaTables = { ...athenaTables(name), catalog: 'lake' };
  const ledger = [tables.usage, tables.bookedEvents, tables.bookings].join('|');
  const inIceberg = new RegExp(`"lake"\\.("${name}"\\."(?:${ledger})")`, 'g');
  const engine = (lines?: CompactedLines, erased?: readonly string[]): Engine => ({
    gaps: [],
    views: [...athenaViews(tables, configured).keys()],
    query: (sql) => {
      const views = athenaViews(tables, configured, lines?.from(tables, sql), erased);
      return session.run(withViews(sql, views).replaceAll(inIceberg, '"iceberg".$1'));
    },
    close: async () => undefined,
  });
  return { ...engine(), compacted: (lines) => engine(lines), erased: (ids) => engine(undefined, ids) };
}
