import { describe, expect, it } from 'vitest';
import {
  anomalyTimeline,
  bandOverTime,
  countBars,
  heatStripRuns,
  PALETTE,
  rankPlot,
  renderSvg,
  shareOverTime,
  sparklinePath,
  tenantColours,
} from '../../charts/index.js';

const size = { width: 600, height: 240, idPrefix: 'x' };

describe('tenantColours', () => {
  it('gives the same list the same colours, and eight tenants eight', () => {
    const ids = Array.from({ length: 12 }, (_, place) => `tenant-${place}`);
    const colours = tenantColours(ids);
    expect(tenantColours(ids)).toEqual(colours);
    expect(new Set(ids.slice(0, 8).map((id) => colours.get(id))).size).toBe(8);
    for (const colour of colours.values()) expect(PALETTE).toContain(colour);
  });

  it('keeps the colour of the greatest whoever comes behind it', () => {
    expect(tenantColours(['acme', 'b', 'c']).get('acme')).toBe(tenantColours(['acme']).get('acme'));
  });
});

describe('sparklinePath', () => {
  it('leaves out what is not known, and draws a point alone', () => {
    expect(sparklinePath([1, 2, null, 2, null], { width: 40, height: 10 })).toBe('M0.0 5.0L10.0 0.0M30.0 0.0h0');
    expect(sparklinePath([null, null], { width: 40, height: 10 })).toBeUndefined();
    expect(sparklinePath([0, 0], { width: 40, height: 10 })).toBe('M0.0 10.0L40.0 10.0');
  });
});

describe('heatStripRuns', () => {
  it('makes runs of equal hours that cover every hour once', () => {
    expect(heatStripRuns('cciic ')).toEqual([
      { state: 'c', from: 0, length: 2 },
      { state: 'i', from: 2, length: 2 },
      { state: 'c', from: 4, length: 1 },
      { state: ' ', from: 5, length: 1 },
    ]);
  });
});

describe('charts of the page', () => {
  it('mark hours that are not complete, and only those', () => {
    const of = (incomplete: readonly boolean[]): string =>
      renderSvg(
        shareOverTime({
          hours: ['00:00', '01:00', '02:00', '03:00'],
          series: [{ name: 'acme', flagged: false, shares: [1, 1, 1, 1] }],
          incomplete,
          legend: 'page',
        }),
        size,
      );
    expect(of([false, true, true, false])).toContain('stroke-dasharray');
    expect(of([false, false, false, false])).not.toContain('stroke-dasharray');
  });

  it('draw a tenant in front of its past, and no band without one', () => {
    const of = (past: number | null): string =>
      renderSvg(
        bandOverTime({
          ...{ hours: ['00:00', '01:00'], unit: 'USD', amounts: [1, null], incomplete: [false, false], flagged: true },
          ...{ low: [past, past], middle: [past, past], high: [past, past] },
        }),
        size,
      );
    expect(of(0.5).length).toBeGreaterThan(of(null).length);
  });

  it('draw every tenant that used something, name those that are marked, and leave out the rest', () => {
    const svg = renderSvg(
      rankPlot({
        tenants: [
          { name: 'acme', rank: 1, share: 0.3, mark: 'flagged' },
          { name: 'globex', rank: 2, share: 0.05 },
          { name: 'initech', rank: 3, share: 0.05, faint: true },
          { name: 'nobody', rank: 4, share: 0 },
        ],
        lines: [{ name: 'p50', share: 0.05 }],
      }),
      size,
    );
    expect(svg).toContain('acme');
    expect(svg).toContain('p50');
    expect(svg.match(/transform="matrix[^>]*ecmeta_data_index/g)).toHaveLength(3);
  });

  it('draw ten thousand tenants as a few paths, those of other plans as well (regression: they were thousands of marks)', () => {
    const tenants = Array.from({ length: 10_000 }, (_, place) => ({
      ...{ name: `t${place}`, rank: place + 1, share: 1 / (place + 2) },
      ...(place % 2 === 0 ? { faint: true as const } : {}),
    }));
    expect(renderSvg(rankPlot({ tenants, lines: [] }), size).match(/ecmeta_series_index="[01]"/g) ?? []).toHaveLength(
      0,
    );
    const { series } = rankPlot({ tenants, lines: [] }) as { series: { large?: boolean; data: unknown[] }[] };
    expect(series.map(({ large, data }) => [large ?? false, data.length])).toEqual([
      ...[
        [true, 5000],
        [true, 5000],
      ],
      [false, 0],
    ]);
  });

  it('name the chosen and the first few of a thousand flagged tenants (regression: names stood on each other)', () => {
    const tenants = Array.from({ length: 1000 }, (_, place) => ({
      ...{ name: `t${place}.`, rank: place + 1, share: 1 / (place + 2) },
      mark: place === 700 ? ('chosen' as const) : ('flagged' as const),
    }));
    const svg = renderSvg(rankPlot({ tenants, lines: [] }), size);
    expect([...svg.matchAll(/>(t\d+)\.</g)].map(([, name]) => name).sort()).toEqual([
      ...['t0', 't1', 't2', 't3', 't4', 't700'],
    ]);
  });

  it('write severity and state beside what was found, cut at the ends of the time shown', () => {
    const svg = renderSvg(
      anomalyTimeline({
        start: 0,
        end: 24 * 3_600_000,
        bars: [
          { label: 'acme · DynamoDB', start: -1e9, end: 1e9, severity: 'PAGE', state: 'open' },
          { label: 'globex · S3', start: 3_600_000, end: 7_200_000, severity: 'INFO', state: 'resolved' },
        ],
      }),
      size,
    );
    expect(svg).toContain('PAGE open');
    expect(svg).toContain('INFO resolved');
    expect(svg).toContain('12:00');
  });

  it('count tenants by class', () => {
    const classes = [
      { label: 'from -$1', count: 2, marked: true },
      { label: 'from $0', count: 0, marked: false },
    ];
    expect(renderSvg(countBars({ classes }), size)).toContain('>2</text>');
  });
});
