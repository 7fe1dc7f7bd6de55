import { describe, expect, it } from 'vitest';
import { parseConfig, reportScheduleSchema } from '../../../model/index.js';
import { scheduledTimes, windowOfSchedule } from '../../../queries/schedules/scheduledTimes.js';

const base = { name: 'daily', report: 'top-tenants', last: '24h', at: '0 6 * * *', deliver: [{ folder: 'out' }] };
const iso = (time: number): string => new Date(time).toISOString().slice(0, 16);

describe('report_schedules', () => {
  it.each([
    ['at: "0 6 * *"', /five fields/],
    ['at: "@daily"', /five fields/],
    ['last: 90m', /whole hours/],
    ['deliver: []', /deliver/],
    ['deliver: [{ s3: bucket }]', /deliver/],
    ['period: day', /last or period/],
    ['formt: csv', /unknown key formt/],
    ['deliver: [{ mail: [a@example.com] }]', /expected mail\.from beside it/],
  ])('refuse %s', (line, message) => {
    const entry = { ...base, deliver: '[{ folder: out }]', at: '"0 6 * * *"' };
    const key = line.split(':')[0] ?? '';
    const lines = Object.entries(entry)
      .filter(([name]) => name !== key)
      .map(([name, value]) => `${name}: ${String(value)}`);
    const parsed = parseConfig(`report_schedules:\n  - ${[...lines, line].join('\n    ')}\n`, 'x.yaml');
    expect(parsed.ok ? '' : parsed.problems.map((problem) => problem.message).join('\n')).toMatch(message);
  });

  it('have names of their own', () => {
    const one = '{ name: a, report: r, last: 24h, at: "0 6 * * *", deliver: [{ folder: out }] }';
    const parsed = parseConfig(`report_schedules: [${one}, ${one}]`, 'x.yaml');
    expect(parsed.ok ? '' : parsed.problems[0]?.message).toMatch(/expected a unique name, got a again/);
  });
});

describe('times and windows', () => {
  it('are UTC, after one instant and up to another', () => {
    const schedule = reportScheduleSchema.parse(base);
    const from = Date.parse('2026-03-28T06:00Z');
    expect(scheduledTimes(schedule, from, from + 72 * 3_600_000).map(iso)).toEqual([
      '2026-03-29T06:00',
      '2026-03-30T06:00',
      '2026-03-31T06:00',
    ]);
    expect(scheduledTimes(schedule, from, from + 72 * 3_600_000, 1).map(iso)).toEqual(['2026-03-31T06:00']);
  });

  it('of an expression that means none are refused', () => {
    const schedule = reportScheduleSchema.parse({ ...base, at: '61 6 * * *' });
    expect(() => scheduledTimes(schedule, 0, 1)).toThrow(/report_schedules daily: at: a schedule has no times/);
  });

  it.each([
    [{ last: '24h' }, '2026-11-22T06:00', '2026-11-23T06:00'],
    [{ last: undefined, period: 'day' }, '2026-11-22T00:00', '2026-11-23T00:00'],
    // 2026-11-23 is a Monday.
    [{ last: undefined, period: 'week' }, '2026-11-16T00:00', '2026-11-23T00:00'],
    [{ last: undefined, period: 'month' }, '2026-10-01T00:00', '2026-11-01T00:00'],
  ])('%j ends at %s to %s', (more, start, end) => {
    const window = windowOfSchedule(reportScheduleSchema.parse({ ...base, ...more }), Date.parse('2026-11-23T06:10Z'));
    expect([iso(window.start), iso(window.end)]).toEqual([start, end]);
  });
});
