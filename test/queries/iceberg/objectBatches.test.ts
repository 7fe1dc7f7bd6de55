import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitsOneStatement,
  objectBatches,
  type ReadObject,
  readObjects,
} from '../../../queries/ledger/iceberg/ObjectTable.js';

const TABLE = { name: '"lake"."events"', location: 's3://a-bucket/with/a/prefix' };
const anyObject = fc
  .record({ tenant: fc.nat(400), day: fc.integer({ min: 10, max: 28 }), name: fc.uuid() })
  .map(({ tenant, day, name }): ReadObject => {
    const emitter = `tenant-${tenant}`;
    const dt = `2026-11-${day}`;
    return {
      object: `events/tenant_id=${emitter}/dt=${dt}/stream-1-2026-11-10-10-10-10-${name}.parquet`,
      emitter,
      dt,
      rows: 1,
    };
  });

describe('objectBatches', () => {
  it('names every object once, and no more in a list than an engine takes', () => {
    fc.assert(
      fc.property(fc.array(anyObject, { maxLength: 1500, size: 'max' }), (objects) => {
        const batches = objectBatches(objects, TABLE);
        expect(
          batches
            .flat()
            .map(({ object }) => object)
            .sort(),
        ).toEqual(objects.map(({ object }) => object).sort());
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(1000);
          expect(Buffer.byteLength(readObjects(TABLE, batch, ['usage']))).toBeLessThan(125_000);
          const [emitters, dates] = [new Set(batch.map(({ emitter }) => emitter)), new Set(batch.map(({ dt }) => dt))];
          expect(emitters.size * dates.size).toBeLessThanOrEqual(2000);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is one for few objects, and none for none', () => {
    expect(objectBatches([], TABLE)).toEqual([]);
    expect(fitsOneStatement([], TABLE)).toBe(true);
    const [one] = fc.sample(anyObject, 1);
    expect(objectBatches(one === undefined ? [] : [one], TABLE)).toHaveLength(1);
  });
});
