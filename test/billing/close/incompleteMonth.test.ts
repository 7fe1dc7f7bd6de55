import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CloseRequest, closePeriod, listPeriods } from '../../../billing/index.js';
import { HOUR_MS } from '../../../model/index.js';
import { buildLedger, readLog } from '../../../queries/index.js';
import { agentPrints, type Printed } from '../../queries/agentLake.js';
import { openBench } from '../../queries/completenessBench.js';
import { folderOf, requestOf } from '../billFixture.js';

const TEN_PM = Date.parse('2026-11-30T22:00:00Z');
const MINUTE = 60_000;
const folder = folderOf('incomplete');
let bench: Awaited<ReturnType<typeof openBench>>;
beforeAll(async () => {
  bench = await openBench(Date.parse('2026-12-01T05:00:00Z'));
});
afterAll(() => {
  bench.close();
  folder.remove();
});

/** The agents of two tenants over the end of November. */
const printed = ['acme', 'globex'].flatMap((tenant) =>
  agentPrints({
    ...{ tenant, pod: `${tenant}-1`, from: TEN_PM - 30 * MINUTE + 500, until: TEN_PM + 3 * HOUR_MS },
    reads: Array.from({ length: 200 }, (_, minute) => TEN_PM - 25 * MINUTE + minute * MINUTE),
  }),
);
const isLost = ({ tenant, heartbeat, time }: Printed): boolean =>
  tenant === 'globex' && heartbeat !== undefined && time >= TEN_PM + 70 * MINUTE && time < TEN_PM + 80 * MINUTE;

it('a month is not closed while an agent was silent in it, by heartbeats that were booked, and is once they have come', async () => {
  const lake = await bench.lakeOf(printed.filter((line) => !isLost(line)));
  const build = (now: string) => buildLedger({ lake, memoryMb: 128, threads: 1, clock: () => Date.parse(now) });
  const close = async (now: string, more: Partial<CloseRequest> = {}) => {
    const sealed = (await readLog(lake)).flatMap((entry) => (entry.kind === 'seal' ? [entry.booked_date] : []));
    return bench.asking(lake, (engine) =>
      closePeriod(
        {
          ...requestOf(engine, folder.at('home')),
          ...{ clock: () => Date.parse(now), sealed, acceptIncomplete: undefined, leaveLate: false, ...more },
        },
        'anna',
      ),
    );
  };
  await build('2026-12-02T05:00:00Z');
  await expect(close('2026-12-02T06:00:00Z')).rejects.toMatchObject({
    code: 'CHECK_FAILED',
    message: expect.stringMatching(
      /1 tenant-hour\(s\) are not complete[\s\S]*globex 2026-11-30 23:00: incomplete, pod globex-1 silent for minutes 10 to 19/,
    ),
  });
  expect(await listPeriods(requestOf({} as never, folder.at('home')).home, 'tenantscope')).toEqual([]);

  await bench.writer.add(lake, printed.filter(isLost));
  await build('2026-12-02T07:00:00Z');
  await build('2026-12-03T05:00:00Z');
  const { manifest } = await close('2026-12-03T06:00:00Z');
  expect(manifest).toMatchObject({
    status: 'final',
    source: { booked_through: '2026-12-02', accepted_incomplete: null, completeness: expect.stringContaining('100 %') },
  });
});
