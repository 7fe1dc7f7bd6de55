import { describe, expect, it } from 'vitest';
import { EVENT_SCHEMA_VERSION, type LogEntry, utcDayOf } from '../../../model/index.js';
import { lineFiles } from '../../../queries/engines/lineFiles.js';
import { ObjectIndex } from '../../../queries/lake/ObjectIndex.js';

const DAY = utcDayOf(Date.parse('2026-11-22'));
const sha256 = '0'.repeat(64);
const path = (folder: string, name: string): string => `${folder}/tenant_id=acme/dt=${DAY}/${name}.parquet`;
const [A, B, C] = ['a', 'b', 'c'].map((name) => path('events', name)) as [string, string, string];
const NEW = path('events_compacted', 'new');

function indexOf(schema: number = EVENT_SCHEMA_VERSION): ObjectIndex {
  const hours = { id_hour_min: null, id_hour_max: null, event_hours: [] };
  const objects = [A, B, C].map((object, rows) => ({ object, emitter: 'acme', dt: DAY, rows, sha256, ...hours }));
  const to = [{ object: NEW, rows: 1, bytes: 1, sha256, schema_version: schema }];
  const from = [A, B].map((object) => ({ object, rows: 0, sha256 }));
  const log: LogEntry[] = [
    { version: 1, kind: 'booking', number: 1, booked_date: DAY, objects },
    {
      version: 1,
      kind: 'compaction',
      number: 2,
      compacted_at: '2026-11-24T00:00:00.000Z',
      cut: null,
      partitions: [{ emitter: 'acme', dt: DAY, from, to }],
    },
  ];
  return new ObjectIndex(log, new Set([NEW]));
}

describe('lineFiles', () => {
  it('are those as delivered, and what took the place of others', () => {
    const { entries, ...files } = lineFiles(indexOf(), [A, B, C]);
    expect(files).toEqual({ delivered: [C], compacted: [NEW], shared: [], sharedObjects: [] });
    expect(entries.map(({ object }) => object)).toEqual([A, B, C]);
  });

  it('tell the rows of one object from those of another in the same file', () => {
    const files = lineFiles(indexOf(), [B]);
    expect(files).toMatchObject({ delivered: [], compacted: [], shared: [NEW], sharedObjects: [B] });
  });

  it('are refused when they are of a newer version', () => {
    expect(() => lineFiles(indexOf(EVENT_SCHEMA_VERSION + 1), [A, B])).toThrow(/newer schema than this program knows/);
  });
});
