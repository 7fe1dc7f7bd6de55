import { describe, expect, it } from 'vitest';
import { answerFaults } from '../../../bench/fuzz/answerFaults.js';
import { fuzzRecord } from '../../../bench/fuzz/fuzzRecord.js';
import { fuzzTransform } from '../../../bench/fuzz/fuzzTransform.js';
import { largeLines } from '../../../bench/fuzz/largeShapes.js';
import { run } from '../../transforms/runTransform.js';

const still = () => 0;

describe('the fuzzer of the transform', () => {
  it('finds no fault in some thousand records and in every large shape, and accounts for every record', async () => {
    const report = await fuzzTransform({ seed: 7, from: 0, records: 3000, largeBytes: 20_000, stopwatch: still });
    expect(report.faults).toEqual([]);
    expect(Object.values(report.outcomes).reduce((sum, count) => sum + count, 0)).toBe(3000);
    // Most are accepted: a fuzzer that is turned away at the door tests nothing behind it.
    expect(report.outcomes.accepted).toBeGreaterThan(1500);
    expect(report.outcomes.reput).toBeGreaterThan(50);
    expect(report.lines).toBeGreaterThan(3000);
    expect(report.largeLines).toBe([...largeLines(1000)].length);
  });

  it('makes a record again from its seed and number', () => {
    for (const number of [0, 1, 999_999]) {
      expect(fuzzRecord(3, number)).toEqual(fuzzRecord(3, number));
      expect(fuzzRecord(4, number)).not.toEqual(fuzzRecord(3, number));
    }
  });

  it('sees a line lost, a line under another tenant, an id answered twice and a defect', async () => {
    const event = {
      invocationId: 'i',
      deliveryStreamArn: 'd',
      region: 'r',
      records: [{ recordId: 'a', approximateArrivalTimestamp: 0, data: '' }],
    };
    const outcome = {
      recordId: 'a',
      outcome: 'accepted',
      tenantId: 'acme',
      dt: '2026-11-24',
      lines: 1,
      bytes: 1,
    } as never;
    const answer = (lines: string, over = {}) => ({
      records: [
        {
          recordId: 'a',
          result: 'Ok' as const,
          data: Buffer.from(lines).toString('base64'),
          metadata: { partitionKeys: { tenant_id: 'acme', dt: '2026-11-24' } },
          ...over,
        },
      ],
    });
    const good = '{"namespace":"acme","problems":[]}\n';
    const faults = (lines: string, over = {}) =>
      answerFaults(event, answer(lines, over), [outcome], []).map(({ fault }) => fault);
    expect(faults(good)).toEqual([]);
    expect(faults('')).toContain('lines were lost or made up');
    expect(faults(good + good)).toContain('lines were lost or made up');
    expect(faults('{"namespace":"beta","problems":[]}\n')).toContain('a line of namespace beta under acme');
    expect(faults('{"namespace":"acme","problems":[],"password":1}\n')).toContain('a column that is none: password');
    expect(faults('no json\n')).toContain('an event is no JSON');
    expect(faults(good, { recordId: 'b' })).toContain('another id, or out of order');
    const defect = { recordId: 'a', outcome: 'quarantined', reason: 'internal_error', lines: 0, bytes: 1 } as never;
    expect(answerFaults(event, answer(good), [defect], []).map(({ fault }) => fault)).toContain('met a defect');
  });
});

describe('a line that only grows', () => {
  // Found by the fuzzer: its event did not fit an answer, so its record went round for ever.
  it('as JSON is cut and says so, and never goes round', async () => {
    const { outcomes, events } = await run([
      Buffer.from(
        `${JSON.stringify({ tenant_id: 'acme', namespace: 'tenant-acme', log: '\u0000'.repeat(1_000_000), time: '2026-11-23T10:00:00Z' })}\n`,
      ),
    ]);
    expect(outcomes).toMatchObject([{ outcome: 'accepted', lines: 1 }]);
    expect(events[0]?.problems).toEqual(['line_truncated']);
    expect(Buffer.byteLength(JSON.stringify(events[0]?.body))).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('by many usage entries keeps the first and says so', async () => {
    const usage = Array.from({ length: 20_000 }, (_, n) => ({ resource: `r${n}`, bytes_in: n }));
    const { outcomes, events } = await run([
      `${JSON.stringify({ tenant_id: 'acme', namespace: 'tenant-acme', app: { metering: { v: 1, service: 'S3', usage } } })}\n`,
    ]);
    expect(outcomes).toMatchObject([{ outcome: 'accepted' }]);
    expect(events[0]?.usage.length).toBe(2002);
    expect(events[0]?.problems).toContain('usage_truncated');
  });
});
