import { describe, expect, it } from 'vitest';
import { monthWindow, readCosts } from '../../../billing/index.js';

const HEAD = 'charge_id,start,end,service,currency,cost,capacity';
const read = (...lines: readonly string[]) =>
  readCosts([HEAD, ...lines].join('\n'), 'costs.csv', monthWindow('2026-11'));
const LINE = 'c1,2026-11-01,2026-11-02,DynamoDB,USD,12.345678901234,';

describe('readCosts', () => {
  it('reads amounts exactly, credits too, with and without capacity', () => {
    expect(read(LINE, 'c2,2026-11-01,2026-12-01,EKS,USD,-3,2.5')).toMatchObject([
      { charge_id: 'c1', cost: 12_345_678_901_234n, capacity: undefined, where: 'costs.csv:2' },
      { charge_id: 'c2', cost: -3_000_000_000_000n, capacity: 2_500_000n, where: 'costs.csv:3' },
    ]);
    const short = HEAD.replace(',capacity', '');
    expect(
      readCosts(`${short}\r\nc1,2026-11-01,2026-11-02,S3,USD,1\r\n`, 'c.csv', monthWindow('2026-11')),
    ).toHaveLength(1);
  });

  it.each([
    [
      'a cost that is none',
      ['c1,2026-11-01,2026-11-02,S3,USD,1e3,'],
      /costs\.csv:2: cost is not usable: expected a decimal.*got "1e3"/,
    ],
    ['a day that is none', ['c1,2026-11-31,2026-12-01,S3,USD,1,'], /costs\.csv:2: start is not usable/],
    ['a charge twice', [LINE, LINE], /costs\.csv:3: a charge is there twice.*c1, as at costs\.csv:2/],
    [
      'two currencies',
      [LINE, 'c2,2026-11-01,2026-11-02,S3,EUR,1,'],
      /costs\.csv:3: a cost file has two currencies: expected USD, got EUR/,
    ],
    ['another month', ['c1,2026-10-31,2026-11-02,S3,USD,1,'], /costs\.csv:2: a charge does not lie within the period/],
    ['no days', ['c1,2026-11-02,2026-11-02,S3,USD,1,'], /costs\.csv:2: a charge ends before it begins/],
    ['a missing field', ['c1,2026-11-02'], /costs\.csv:2: a cost file is not CSV/],
    ['nothing', [], /costs\.csv:1: a cost file has no charge/],
  ])('refuses %s with file and line', (_, lines, message) => {
    expect(() => read(...lines)).toThrow(message);
  });

  it('names the line of a record after one of several lines', () => {
    expect(() => read('"a\nb",2026-11-01,2026-11-02,S3,USD,1,', 'c2,2026-11-01,2026-11-02,S3,USD,x,')).toThrow(
      /costs\.csv:4: cost/,
    );
  });

  it('refuses columns that are missing or unknown', () => {
    const at = (head: string) => () => readCosts(`${head}\n`, 'costs.csv', monthWindow('2026-11'));
    expect(at('charge_id,start,end,service,currency')).toThrow(
      /costs\.csv:1: a cost file has the wrong columns.*got no cost/,
    );
    expect(at(`${HEAD},note`)).toThrow(/got note, unknown or twice/);
  });
});
