import fc from 'fast-check';
import { expect, it } from 'vitest';
import { detect, detectInTurns } from '../../../alerts/index.js';
import { HOUR_MS } from '../../../model/index.js';

const START = Date.parse('2026-11-09T00:00:00Z');
const HOURS = 60;

/** Services of twelve tenants, some of whom use much more from an hour on. */
const input = fc
  .array(fc.record({ tenant: fc.nat(11), from: fc.nat(HOURS), times: fc.integer({ min: 2, max: 20 }) }), {
    maxLength: 4,
  })
  .map((noisy) => ({
    services: ['DynamoDB', 'S3'].map((service, of) => ({
      ...{ service, basis: 'USD at list price', priced: true },
      hours: new Map(
        Array.from({ length: HOURS }, (_, hour) => [
          START + hour * HOUR_MS,
          new Map(
            Array.from({ length: 12 }, (_, tenant): [string, number] => {
              const times = noisy.find((one) => one.tenant === tenant && hour >= one.from && of === 0)?.times ?? 1;
              return [`t${tenant}`, times * (5 + ((tenant * 7 + hour) % 5) / 10)];
            }),
          ),
        ]),
      ),
    })),
    window: { start: START + 36 * HOUR_MS, end: START + HOURS * HOUR_MS },
    history: { start: START, end: START + 36 * HOUR_MS },
    completeThrough: START + 58 * HOUR_MS,
    tenants: [],
  }));

it('finds in turns what it finds at once, with a turn after every window and finding', async () => {
  await fc.assert(
    fc.asyncProperty(input, async (given) => {
      let turns = 0;
      const found = await detectInTurns(given, async () => {
        turns += 1;
      });
      expect(found).toEqual(detect(given));
      // Two services, the hours that are complete and the two before them.
      expect(turns).toBe(2 * (22 + 2) + found.filter(({ kind }) => kind === 'noisy_tenant').length);
    }),
    { numRuns: 30 },
  );
});

it('ends by what a turn throws', async () => {
  const [given] = fc.sample(input, 1);
  if (given === undefined) throw new Error('no sample');
  let turns = 0;
  const asked = detectInTurns(given, async () => {
    turns += 1;
    if (turns === 3) throw new Error('enough');
  });
  await expect(asked).rejects.toThrow('enough');
  expect(turns).toBe(3);
});
