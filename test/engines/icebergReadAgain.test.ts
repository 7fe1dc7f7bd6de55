import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type UsageLine, usageWriter } from '../queries/usageLake.js';
import { bothLedgers, expectEqual } from './icebergHarness.js';

const trino = inject('trino');
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29);

let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => writer.close());

/** Line `place` of content `generation` of a file, read `hours` after the start, however often; it tells its own time. */
function readLine(place: number, hours: number, generation = 0): UsageLine {
  return {
    ...{ id: `${generation} ${place}`, emitter: 'acme', operation: '', kind: 'sum', series: '' },
    quantity: BigInt(1 + place),
    time: START + place * 1000 + generation * HOUR,
    seen: START + Math.floor(hours * HOUR),
    position: { file: 'app.log', offset: (1 + place) * 5000 },
  };
}
const readLines = (from: number, to: number, at: (place: number) => number, generation?: number) =>
  Array.from({ length: to - from }, (_, index) => readLine(from + index, at(from + index), generation));

describe.skipIf('missing' in trino)('a ledger built on Trino', () => {
  it('counts lines once that were read again after a lost position database, in whatever hours, as DuckDB does', async () => {
    if ('missing' in trino) return;
    const ledgers = await bothLedgers(trino, 'ice-again');
    const parts = [
      readLines(0, 12, (place) => place / 3),
      // From the beginning, and on; then the file begins anew, which is no repeat; then long after it is read once more.
      [...readLines(0, 16, () => 30), ...readLines(0, 8, (place) => 31 + place / 4, 1)],
      readLines(0, 10, () => 120, 1),
    ];
    const counted = [];
    for (const part of parts) {
      await writer.add(ledgers.lake, part);
      const { events, duplicates } = await ledgers.onTrino();
      counted.push([events, duplicates]);
      await ledgers.onDuckDb();
    }
    expect(counted).toEqual([
      [12, 0],
      [12, 12],
      [2, 8],
    ]);
    await expectEqual(ledgers);
    expect((await ledgers.rowsOnTrino()).booked_files?.length).toBeGreaterThan(5);
  });
});
