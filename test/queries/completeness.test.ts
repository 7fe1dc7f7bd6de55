import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../model/index.js';
import { completenessByHour } from '../../queries/index.js';
import { type AgentRun, agentPrints, type Printed } from './agentLake.js';
import { openBench } from './completenessBench.js';

const TEN = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
let bench: Awaited<ReturnType<typeof openBench>>;
const lakeOf: typeof bench.lakeOf = (...imports) => bench.lakeOf(...imports);
const judged = (lake: string): ReturnType<typeof bench.judged> =>
  bench.judged(lake, { start: TEN, end: TEN + 2 * HOUR_MS });

beforeAll(async () => {
  bench = await openBench(TEN);
});
afterAll(() => bench.close());

const everyMinute = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at * MINUTE);
const run = (over: Partial<AgentRun> = {}): AgentRun => ({
  tenant: 'acme',
  pod: 'a',
  from: TEN - 30 * MINUTE + 500,
  until: TEN + 2 * HOUR_MS + 30 * MINUTE,
  reads: everyMinute(TEN - 20 * MINUTE, 160),
  ...over,
});

const without = (printed: readonly Printed[], lost: (line: Printed) => boolean): readonly Printed[] =>
  printed.filter((line) => !lost(line));
const beat = (line: Printed): boolean => line.heartbeat !== undefined;
const at = (line: Printed, from: number, until: number): boolean => line.time >= from && line.time < until;
/** Another tenant's pod, heard to the end, so that time is known to pass. */
const other = agentPrints(run({ tenant: 'globex', pod: 'g', reads: [] }));
const mine = ({ rows }: { readonly rows: readonly string[] }): readonly string[] =>
  rows.filter((row) => !row.startsWith('globex'));

describe('a tenant-hour', () => {
  it('is complete when its pod was heard throughout and all it sent is booked', async () => {
    expect(await judged(await lakeOf(agentPrints(run())))).toEqual({
      rows: ['acme 10 complete', 'acme 11 complete'],
      figure: '100 % (2 tenant-hours)',
    });
  });

  it('is complete with no line at all: an idle tenant is not a dead agent', async () => {
    expect(mine(await judged(await lakeOf(agentPrints(run({ reads: [] })))))).toEqual([
      'acme 10 complete',
      'acme 11 complete',
    ]);
  });

  it('is complete around a pod that starts or ends in it, and idle when none is left', async () => {
    const life = { from: TEN + 20 * MINUTE, until: TEN + 40 * MINUTE, reads: everyMinute(TEN + 21 * MINUTE, 9) };
    const short = agentPrints(run(life));
    expect(mine(await judged(await lakeOf([...short, ...other])))).toEqual([
      'acme 10 complete',
      'acme 11 idle no pod ran, as far as its agents tell',
    ]);
  });

  it('is incomplete when a heartbeat was lost too often in a row, and names the minutes', async () => {
    const beats = agentPrints(run());
    const lost = (minutes: number) =>
      without(beats, (line) => beat(line) && at(line, TEN + 10 * MINUTE, TEN + (10 + minutes) * MINUTE));
    expect(mine(await judged(await lakeOf(lost(3))))).toEqual(['acme 10 complete', 'acme 11 complete']);
    expect(await judged(await lakeOf(lost(4)))).toEqual({
      rows: ['acme 10 incomplete pod a silent for minutes 10 to 13', 'acme 11 complete'],
      figure: '50.0 % (1 of 2 tenant-hours incomplete: acme 10:00)',
    });
  });

  it('is incomplete on both sides of an edge that a silence lies across', async () => {
    const printed = without(
      agentPrints(run()),
      (line) => beat(line) && at(line, TEN + 59 * MINUTE, TEN + 62 * MINUTE + 1),
    );
    const longer = without(
      printed,
      (line) => beat(line) && at(line, TEN, TEN + 63 * MINUTE) && line.time > TEN + 62 * MINUTE,
    );
    expect(mine(await judged(await lakeOf(longer)))).toEqual([
      'acme 10 incomplete pod a silent for minute 59',
      'acme 11 incomplete pod a silent for minutes 0 to 2',
    ]);
  });

  it('is not touched by a silence that begins when it ends', async () => {
    const printed = without(agentPrints(run()), (line) => beat(line) && at(line, TEN + HOUR_MS, TEN + 70 * MINUTE));
    expect(mine(await judged(await lakeOf(printed)))).toEqual([
      'acme 10 complete',
      'acme 11 incomplete pod a silent for minutes 0 to 9',
    ]);
  });

  it('is incomplete through a silence of hours, also where nobody was heard at all', async () => {
    const printed = without(agentPrints(run()), (line) => at(line, TEN + 30 * MINUTE, TEN + 2 * HOUR_MS + 10 * MINUTE));
    expect(mine(await judged(await lakeOf(printed)))).toEqual([
      'acme 10 incomplete pod a silent for minutes 30 to 59',
      'acme 11 incomplete pod a silent for minutes 0 to 59; 60 of 60 lines sent are not booked',
    ]);
  });

  it('is incomplete when a line that was sent is not booked, and complete when one was held back', async () => {
    const holds = [TEN + 5 * MINUTE];
    const printed = agentPrints(run({ holds }));
    expect(mine(await judged(await lakeOf(printed)))).toEqual(['acme 10 complete', 'acme 11 complete']);
    const lost = without(printed, (line) => !beat(line) && line.time === TEN + 6 * MINUTE);
    expect(mine(await judged(await lakeOf(lost)))).toEqual([
      'acme 10 incomplete 1 of 59 lines sent are not booked',
      'acme 11 complete',
    ]);
    // It comes late after all.
    const late = printed.filter((line) => !lost.includes(line));
    expect(mine(await judged(await lakeOf(lost, late)))).toEqual(['acme 10 complete', 'acme 11 complete']);
  });

  it('counts a line twice sent once, and lines that a restarted agent read again', async () => {
    const reads = everyMinute(TEN + 30 * MINUTE + 30_000, 3);
    const first = agentPrints(run({ until: TEN + 34 * MINUTE, reads: [...everyMinute(TEN, 30), ...reads] }));
    const again = agentPrints(run({ from: TEN + 34 * MINUTE, reads }));
    // Its position database was lost, so it stamps them as the first did and the ids are the same.
    const same = again.map((line) => first.find((old) => !beat(line) && old.time === line.time && !beat(old)) ?? line);
    const chunk = first.slice(5, 15);
    expect(mine(await judged(await lakeOf([...first, ...chunk], [...chunk, ...same])))).toEqual([
      'acme 10 complete',
      'acme 11 complete',
    ]);
    // Without a restart a duplicate explains nothing.
    const lost = without(agentPrints(run()), (line) => !beat(line) && line.time === TEN + 6 * MINUTE);
    const doubled = lost.filter((line) => at(line, TEN, TEN + 20 * MINUTE));
    expect(mine(await judged(await lakeOf(lost, doubled)))[0]).toBe(
      'acme 10 incomplete 1 of 60 lines sent are not booked',
    );
  });

  it('bridges an agent that is started again within minutes', async () => {
    const first = agentPrints(run({ until: TEN + 30 * MINUTE }));
    const next = agentPrints(run({ from: TEN + 31 * MINUTE }));
    expect(mine(await judged(await lakeOf([...first, ...next])))).toEqual(['acme 10 complete', 'acme 11 complete']);
  });

  it('listens to each container of a pod', async () => {
    const app = agentPrints(run({ container: 'app' }));
    const proxy = without(agentPrints(run({ container: 'proxy', reads: [] })), (line) =>
      at(line, TEN + 5 * MINUTE, TEN + 25 * MINUTE),
    );
    expect(mine(await judged(await lakeOf([...app, ...proxy])))).toEqual([
      'acme 10 incomplete pod a silent for minutes 5 to 24',
      'acme 11 complete',
    ]);
  });

  it('takes a pod that fell silent for ended, unless its lines or the kubelet say otherwise', async () => {
    const ended = agentPrints(run({ until: TEN + 20 * MINUTE }));
    expect(mine(await judged(await lakeOf([...ended, ...other])))[0]).toBe('acme 10 complete');
    const line: Printed = { tenant: 'acme', pod: 'a', time: TEN + 80 * MINUTE, id: 'later' };
    const silent = [
      'acme 10 incomplete pod a silent for minutes 20 to 59',
      'acme 11 incomplete pod a silent for minutes 0 to 19',
    ];
    expect(mine(await judged(await lakeOf([...ended, ...other, line])))).toEqual(silent);
    const lists = { tenant: 'acme', pod: 'a', container: 'app' };
    const listed = await judged(
      await lakeOf([...ended, ...other, { tenant: '_shared', time: TEN + 80 * MINUTE, lists }]),
    );
    expect(mine(listed).filter((row) => row.startsWith('acme'))).toEqual(silent);
  });

  it('is incomplete where a pod printed before its agent was heard', async () => {
    const printed = agentPrints(run({ from: TEN + 30 * MINUTE, reads: [] }));
    const line: Printed = { tenant: 'acme', pod: 'a', time: TEN + 10 * MINUTE, id: 'early' };
    expect(mine(await judged(await lakeOf([line, ...printed])))).toEqual([
      'acme 10 incomplete pod a silent for minutes 11 to 30',
      'acme 11 complete',
    ]);
  });

  it('is open until arrivals have passed it, and as long as a pod is waited for', async () => {
    const until = (minutes: number) => agentPrints(run({ until: TEN + minutes * MINUTE }));
    const over = 'the hour is not over, as far as arrivals tell';
    expect((await judged(await lakeOf(until(59)))).rows).toEqual([`acme 10 open ${over}`, `acme 11 open ${over}`]);
    expect(await judged(await lakeOf(until(62)))).toEqual({
      rows: ['acme 10 complete', `acme 11 open ${over}`],
      figure: '50.0 % (1 of 2 tenant-hours open: acme 11:00)',
    });
    // Others are heard past the hour: this one may have ended, or be late.
    const known = (minutes: number) => without(other, (line) => line.time > TEN + minutes * MINUTE);
    expect(mine(await judged(await lakeOf([...until(55), ...known(62)])))[0]).toBe(
      'acme 10 open delivery is behind: pod a heard through 10:54',
    );
    expect(mine(await judged(await lakeOf([...until(55), ...known(75)])))[0]).toBe('acme 10 complete');
  });

  it('says that delivery is behind while late heartbeats keep coming', async () => {
    const late = agentPrints(run({ until: TEN + 40 * MINUTE })).map((line) => ({
      ...line,
      arrival: line.time + 45 * MINUTE,
    }));
    expect(
      mine(await judged(await lakeOf([...late, ...without(other, (line) => line.time > TEN + 85 * MINUTE)]))),
    ).toEqual([
      'acme 10 incomplete delivery is behind: pod a heard through 10:39',
      'acme 11 open the hour is not over, as far as arrivals tell',
    ]);
  });

  it('does not take a cell that stands still for pods that ended', async () => {
    const stuck = agentPrints(run({ tenant: 'far', pod: 'f', until: TEN + 20 * MINUTE }));
    const over = 'the hour is not over, as far as arrivals tell';
    expect(mine(await judged(await lakeOf([...stuck, ...other])))).toEqual([
      `far 10 open ${over}`,
      `far 11 open ${over}`,
    ]);
  });

  it('is incomplete without the last count of a process that went on', async () => {
    // Heard within the tolerance on both sides of an hour it was not heard in at all.
    const printed = without(agentPrints(run()), (line) => beat(line) && at(line, TEN + HOUR_MS, TEN + 2 * HOUR_MS));
    const lost = without(printed, (line) => !beat(line) && line.time === TEN + 59 * MINUTE);
    expect(mine(await judged(await lakeOf(lost)))).toEqual([
      'acme 10 incomplete 1 of 60 lines sent are not booked; the last count of 1 pod did not arrive',
      'acme 11 incomplete pod a silent for minutes 0 to 59',
    ]);
  });

  it('is judged by what lies between heartbeats of an agent that does not count by the hour', async () => {
    const printed = agentPrints(run({ byHour: false }));
    expect(mine(await judged(await lakeOf(printed)))).toEqual(['acme 10 complete', 'acme 11 complete']);
    const lost = without(printed, (line) => !beat(line) && at(line, TEN + 5 * MINUTE, TEN + 8 * MINUTE));
    expect(mine(await judged(await lakeOf(lost)))[0]).toBe('acme 10 incomplete 2 of 59 lines sent are not booked');
  });

  it('is declared where lines have no agent, and mixed where only some have none', async () => {
    const imported = everyMinute(TEN, 3).map(
      (time, index): Printed => ({ tenant: '_shared', time, id: `i${index}`, format: 'alb' }),
    );
    const plain: Printed = { tenant: 'acme', pod: 'old', time: TEN + MINUTE, id: 'plain' };
    const later: Printed = { tenant: '_shared', time: TEN + 3 * HOUR_MS, id: 'later', format: 'alb' };
    expect(await judged(await lakeOf([...agentPrints(run()), ...imported, plain, later]))).toEqual({
      rows: [
        '_shared 10 declared 3 lines of sources without heartbeats',
        'acme 10 declared 1 line of sources without heartbeats',
        'acme 11 complete',
      ],
      figure: '100 % (1 tenant-hour; 2 more declared: no heartbeats)',
    });
    expect((await judged(await lakeOf([...imported, later]))).figure).toBe('declared: no heartbeats in 1 tenant-hour');
    expect((await judged(await lakeOf([later]))).figure).toBe('nothing to judge: no heartbeats and no lines');
  });

  it('is incomplete when it is declared and objects were delivered and not booked', async () => {
    const imported: Printed = { tenant: '_shared', time: TEN, id: 'i', format: 'alb' };
    const later: Printed = { ...imported, time: TEN + 2 * HOUR_MS, id: 'later' };
    const lake = await lakeOf([imported, later, ...agentPrints(run())]);
    await bench.writer.add(lake, [
      { ...imported, id: 'more' },
      { tenant: 'acme', pod: 'a', time: TEN + 3 * HOUR_MS, id: 'late' },
    ]);
    expect((await judged(lake)).rows).toEqual([
      '_shared 10 incomplete 1 object delivered and not booked; 1 line of sources without heartbeats',
      'acme 10 complete',
      'acme 11 complete',
    ]);
  });

  it('takes a pod that was silent for more than a week for another one', async () => {
    const first = agentPrints(run({ until: TEN + 30 * MINUTE, reads: [] }));
    const week = 8 * 24 * HOUR_MS;
    const again = agentPrints(run({ from: TEN + week, until: TEN + week + 30 * MINUTE, reads: [] }));
    expect(mine(await judged(await lakeOf([...first, ...again, ...other])))).toEqual([
      'acme 10 complete',
      'acme 11 idle no pod ran, as far as its agents tell',
    ]);
  });
});

it('an hour of all tenants says how many are sound, and who is not', async () => {
  const lost = without(agentPrints(run()), (line) => !beat(line) && line.time === TEN + 6 * MINUTE);
  const ended = agentPrints(
    run({ tenant: 'far', pod: 'f', from: TEN - 20 * MINUTE, until: TEN + 4 * HOUR_MS, reads: [] }),
  );
  const lake = await bench.lakeOf([...lost, ...other, ...ended]);
  const hours = await bench.asking(lake, (engine) =>
    completenessByHour(engine, { start: TEN, end: TEN + 2 * HOUR_MS }),
  );
  expect(hours).toEqual([
    { hour: TEN, sound: 2, doubtful: 1, tenants: ['acme'] },
    { hour: TEN + HOUR_MS, sound: 3, doubtful: 0, tenants: [] },
  ]);
});
