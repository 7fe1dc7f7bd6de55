import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReport, loadCatalogue, parseParameters, resolveWindow } from '../../queries/index.js';
import { deriveShare, ratioText } from '../../queries/reports/deriveShare.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { parseReport } from '../../queries/reports/parseReport.js';

const window = { start: Date.parse('2026-11-23T00:00:00Z'), end: Date.parse('2026-11-24T00:00:00Z') };
const share = findReport('tenant-share');

describe('the catalogue', () => {
  it('uses every parameter it declares and declares every one it uses', () => {
    for (const report of loadCatalogue()) {
      const used = new Set([...report.sql.matchAll(/\{\{([a-z_]+)/g)].map((match) => match[1]));
      // `top` of tenant-share bounds the rows shown, after the peers' median was taken over all.
      // A lateness bound is used by the arrival dates of the window.
      const declared = report.params
        .filter((parameter) => parameter.type !== 'lateness')
        .map((parameter) => parameter.name)
        .filter((name) => report.name !== 'tenant-share' || name !== 'top');
      expect([...used].sort()).toEqual(declared.sort());
    }
  });

  it('names the nearest report for an unknown one', () => {
    expect(() => findReport('tenant-shares')).toThrow(/did you mean tenant-share\?/);
  });

  it('refuses a file without a header', () => {
    expect(() => parseReport('select 1', 'x.sql')).toThrow(/x\.sql: not a report/);
  });
});

describe('parameters', () => {
  it('are rendered as literals, the window with the one before it', () => {
    const sql = renderReport(share, parseParameters(share, ['service=DynamoDB'], { window }));
    expect(sql).toContain("where service = 'DynamoDB'");
    expect(sql).toContain(
      "event_hour >= timestamp '2026-11-22 00:00:00.000' and event_hour < timestamp '2026-11-24 00:00:00.000'",
    );
    expect(sql).not.toContain('{{');
  });

  it.each(["x' or '1'='1", "DynamoDB'; drop table ledger; --", 'a\u0000b', 'a\nb', '', 'ﾃ', "''", '{{window.start}}'])(
    'refuse %j as a service',
    (text) => {
      expect(() => parseParameters(share, [`service=${text}`], { window })).toThrow(/expected the name of a service/);
    },
  );

  it.each(['many', '1.5', '0', '-1', '1e3', '99999999'])('refuse %j as a number of rows', (text) => {
    expect(() => parseParameters(share, ['service=S3', `top=${text}`], { window })).toThrow(
      /--param top: top is not usable: expected a whole number from 1 to 100000/,
    );
  });

  it('that are missing, unknown or without a value are named', () => {
    expect(() => parseParameters(share, [], { window })).toThrow(/needs --param service/);
    expect(() => parseParameters(share, ['servce=x'], { window })).toThrow(/did you mean service\?/);
    expect(() => parseParameters(share, ['service'], { window })).toThrow(/expected name=value/);
    expect(() => parseParameters(share, ['window=x', 'service=S3'], { window })).toThrow(/no such parameter/);
  });
});

describe('windows', () => {
  const through = Date.parse('2026-11-24T00:00:00Z');

  it('of --last end where the data does', () => {
    expect(resolveWindow({ last: '24h' }, through)).toEqual(window);
    expect(resolveWindow({ last: '1h', until: '2026-11-23T10:00Z' }, through).start).toBe(
      Date.parse('2026-11-23T09:00Z'),
    );
    expect(resolveWindow({ since: '2026-11-01' }, through)).toEqual({
      start: Date.parse('2026-11-01T00:00Z'),
      end: through,
    });
  });

  it.each([
    [{ last: '24x' }, /--last is not usable: expected a duration of whole hours such as 24h/],
    [{ last: '90m' }, /--last is not usable: expected a duration of whole hours/],
    [{ since: 'yesterday' }, /--since is not usable/],
    [{ since: '2026-02-30' }, /--since is not usable/],
    [{ since: '2026-11-23T10:50Z' }, /--since is not usable: expected a whole hour/],
    [{ since: '2026-11-23', until: '2026-11-22' }, /the window is empty/],
    [{ since: '2026-11-23', last: '1h' }, /together/],
  ])('%j is refused', (flags, message) => {
    expect(() => resolveWindow(flags, through)).toThrow(message);
  });

  it('without data say what to do', () => {
    expect(() => resolveWindow({ last: '24h' }, null)).toThrow(/tenantscope ledger build/);
  });
});

describe('shares', () => {
  it('are exact to six decimals, against the median of the others', () => {
    const rows = [30n, 5n, 5n, 5n].map((amount, index) => [
      BigInt(index + 1),
      `t${index}`,
      amount * 10n ** 17n,
      45n * 10n ** 17n,
      0n,
      0n,
      'USD',
      0n,
    ]);
    const columns = [
      'rank',
      'tenant_id',
      'amount',
      'total',
      'amount_before',
      'total_before',
      'basis',
      'meters_left_out',
    ];
    const derived = deriveShare({ columns, rows }, 2);
    expect(derived).toEqual([
      [1n, 't0', '3', 'USD', '0.666667', null, '0.111111', '0.111111', '6.000000', null],
      [2n, 't1', '0.5', 'USD', '0.111111', null, '0.111111', '0.666667', '1.000000', null],
    ]);
  });

  it('are of each basis alone, top rows of each, against the window before', () => {
    const columns = [
      'rank',
      'tenant_id',
      'amount',
      'total',
      'amount_before',
      'total_before',
      'basis',
      'meters_left_out',
    ];
    const rows = [
      [1n, 'a', 6_000_000n, 10_000_000n, 3_000_000n, 4_000_000n, 'reads', 0n],
      [2n, 'b', 4_000_000n, 10_000_000n, 1_000_000n, 4_000_000n, 'reads', 0n],
      [1n, 'b', 9_000_000n, 9_000_000n, 0n, 0n, 'writes', 0n],
      [2n, 'a', 0n, 9_000_000n, 0n, 0n, 'writes', 0n],
    ];
    expect(deriveShare({ columns, rows }, 1)).toEqual([
      [1n, 'a', '6', 'reads', '0.600000', '0.750000', '0.400000', '0.400000', '1.500000', '2.000000'],
      [1n, 'b', '9', 'writes', '1.000000', null, null, null, null, null],
    ]);
  });

  it('leave each tenant out of its own peers, as a plain sort of the others does', () => {
    const columns = [
      'rank',
      'tenant_id',
      'amount',
      'total',
      'amount_before',
      'total_before',
      'basis',
      'meters_left_out',
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 }), (amounts) => {
        const total = BigInt(amounts.reduce((sum, amount) => sum + amount, 0));
        const tenants = amounts.map((amount, n) => ({ id: n % 7 === 6 ? `_${n}` : `t${n}`, amount }));
        tenants.sort((a, b) => b.amount - a.amount);
        const rows = tenants.map(({ id, amount }, n) => [
          BigInt(n + 1),
          id,
          BigInt(amount),
          total,
          0n,
          0n,
          'reads',
          0n,
        ]);
        const derived = deriveShare({ columns, rows }, rows.length);
        for (const [place, row] of derived.entries()) {
          const peers = tenants
            .filter(({ id, amount }, n) => n !== place && !id.startsWith('_') && amount > 0)
            .map(({ amount }) => amount)
            .sort((a, b) => a - b);
          const half = peers.length / 2;
          const twice = (peers[Math.ceil(half) - 1] ?? 0) + (peers[Math.floor(half)] ?? 0);
          expect(row[6]).toBe(peers.length === 0 ? null : ratioText(BigInt(twice), 2n * total));
          expect(row[7]).toBe(
            peers.length === 0 ? null : ratioText(BigInt(peers[Math.ceil(peers.length * 0.99) - 1] ?? 0), total),
          );
        }
      }),
    );
  });

  it('never pass through a float', () => {
    expect(ratioText(10n ** 37n, 3n * 10n ** 37n)).toBe('0.333333');
    expect(ratioText(1n, 0n)).toBeNull();
  });
});
