import { mkdirSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { exportPeriod } from '../../billing/index.js';
import { folderOf, ledgerOf, requestOf } from './billFixture.js';

const folder = folderOf('running-month');
afterAll(() => folder.remove());

it('hours of a month that are still to come are told apart from hours that are missing', async () => {
  const completenessThrough = async (name: string, through: string): Promise<string> => {
    mkdirSync(folder.at(name));
    const engine = await ledgerOf(folder.at(name), [], through);
    try {
      return (await exportPeriod(requestOf(engine, folder.at(`${name}-home`)))).manifest.source.completeness;
    } finally {
      await engine.close();
    }
  };
  expect(await completenessThrough('running', '2026-11-10 06:00')).toMatch(
    /^the month runs until 2026-12-01T00:00:00Z, 222 of 720 hours are over; of those: \S/,
  );
  expect(await completenessThrough('before', '2026-10-31 23:00')).toBe(
    'the month runs until 2026-12-01T00:00:00Z, 0 of 720 hours are over',
  );
  expect(await completenessThrough('over', '2026-12-01 00:00')).not.toContain('the month runs');
});
