import { describe, expect, it } from 'vitest';
import { type LogEntry, type Manifest, utcDaySchema } from '../../../model/index.js';
import { type ObjectTable, type ReadObject, readObjects } from '../../../queries/ledger/iceberg/ObjectTable.js';
import { objectIndexOf } from '../../../queries/ledger/iceberg/objectIndexOf.js';
import { placedObjects } from '../../../queries/ledger/iceberg/placedObjects.js';

const DAY = utcDaySchema.parse('2026-12-02');
const COMPACTED = `events_compacted/tenant_id=acme/dt=${DAY}/one.parquet`;
const object = (emitter: string, name: string): Manifest['objects'][number] => ({
  object: `events/tenant_id=${emitter}/dt=${DAY}/${name}.parquet`,
  emitter,
  dt: DAY,
  rows: 1,
  id_hour_min: null,
  id_hour_max: null,
  event_hours: [],
});
const [kept, moved, old] = [object('acme', 'kept'), object('acme', 'moved'), object('globex', 'old')];
const erased = { ...object('zebra', 'erased'), emitter: '_erased' };
const booking: Manifest = {
  version: 1,
  kind: 'booking',
  number: 1,
  booked_date: DAY,
  objects: [kept, moved, old, erased],
};
const sha256 = '0'.repeat(64);
const compaction: LogEntry = {
  version: 1,
  kind: 'compaction',
  number: 2,
  compacted_at: '2026-12-04T00:00:00Z',
  cut: null,
  partitions: [
    {
      emitter: 'acme',
      dt: DAY,
      from: [{ object: moved.object, rows: 1, sha256 }],
      to: [{ object: COMPACTED, rows: 1, bytes: 1, sha256, schema_version: 1 }],
    },
  ],
};
const retention: LogEntry = {
  version: 1,
  kind: 'retention',
  number: 3,
  expired_at: '2026-12-05T00:00:00Z',
  through: 2,
  partitions: [{ emitter: 'globex', dt: DAY, objects: 1, rows: 1, bytes: 1 }],
  ids: { object: 'ledger/ids/one.parquet', rows: 1, sha256 },
  errors_before: null,
};
const table = (files: readonly string[]): ObjectTable => ({
  name: 'objects',
  location: 's3://lake',
  compacted: { name: 'objects_compacted', files: async () => files },
});
const place = async (
  own: readonly ReadObject[],
  earlier: readonly ReadObject[],
  { files = [COMPACTED], withoutErased = false } = {},
) => {
  const index = await objectIndexOf(table(files), [booking, compaction, retention]);
  return placedObjects(index, { own, earlier }, withoutErased);
};

describe('placedObjects', () => {
  it('are read where a finished compaction put them, under the name they were delivered by', async () => {
    const { own, earlier } = await place([moved], [kept, moved]);
    expect([own, earlier]).toEqual([[{ ...moved, files: [COMPACTED] }], [kept, { ...moved, files: [COMPACTED] }]]);
    expect(readObjects(table([]), own, ['usage']).replace(/\s+/g, ' ')).toBe(
      `select tenant_id as emitter, dt, 's3://lake/' || origin_object as path, usage from objects_compacted where tenant_id in ('acme') and dt in ('${DAY}') and "$path" in ('s3://lake/${COMPACTED}') and origin_object in ('${moved.object}')`,
    );
    // Claimed, and not finished.
    expect((await place([moved], [], { files: [] })).own).toEqual([moved]);
  });

  it('are told by their identities when they are past their retention; of erased ones nobody asks again', async () => {
    expect(await place([kept], [old, erased])).toEqual({ own: [kept], earlier: [], ids: ['ledger/ids/one.parquet'] });
  });

  it('are refused when lines of their own are gone, unless erased ones may be missing', async () => {
    const refused = (reason: RegExp) => ({ code: 'LAKE_DAMAGED', message: expect.stringMatching(reason) });
    await expect(place([erased, kept], [])).rejects.toMatchObject(refused(/were erased/));
    await expect(place([old], [], { withoutErased: true })).rejects.toMatchObject(refused(/past their retention/));
    expect((await place([erased, kept], [], { withoutErased: true })).own).toEqual([kept]);
  });
});
