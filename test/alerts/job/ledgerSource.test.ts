import { expect, it } from 'vitest';
import { ledgerSource } from '../../../alerts/job/ledgerSource.js';
import { DAY_MS, HOUR_MS, isoInstant } from '../../../model/index.js';
import type { Engine } from '../../../queries/index.js';

const END = Date.parse('2026-11-24T00:00:00Z');

/** An engine of which every hour that is asked for is incomplete. */
const incomplete: Pick<Engine, 'query'> = {
  query: async (sql) => {
    const [, hours = ''] = sql.match(/unnest\(array\[([^\]]+)\]\)/) ?? [];
    const times = [...hours.matchAll(/timestamp '([^']+)'/g)].map(([, time = '']) => `${time.replace(' ', 'T')}Z`);
    return { columns: [], rows: times.map((time) => ['incomplete', isoInstant(Date.parse(time)), 1n, 'acme']) };
  },
};

it('tells the completeness of all hours of a window, also of one longer than is asked for at once', async () => {
  const source = ledgerSource({ gaps: [], close: async () => undefined, ...incomplete });
  const start = END - 250 * DAY_MS - 3 * HOUR_MS;
  const told = await source.completeness({ start, end: END });
  expect(told.map(({ hour }) => hour)).toEqual(
    Array.from({ length: 250 * 24 + 3 }, (_, place) => start + place * HOUR_MS),
  );
  expect(new Set(told.map(({ doubtful }) => doubtful))).toEqual(new Set([1]));
});
