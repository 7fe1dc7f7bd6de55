import { describe, expect, it } from 'vitest';
import { renderSvg, shareOverTime, shareRanking } from '../../charts/index.js';

const size = { width: 600, height: 200, idPrefix: 'x' };
const tenants = [
  { id: 'acme', share: 0.066, flagged: false },
  { id: 'globex', share: 0.06, flagged: false },
];

describe('shareRanking', () => {
  it('draws the peer median where it is, not at two decimals of it', () => {
    const at = (median: number): string => renderSvg(shareRanking({ tenants, peerMedian: median }), size);
    expect(at(0.066)).not.toBe(at(0.07));
    expect(at(0.066)).not.toBe(at(0.0664));
  });

  it('draws no median without peers', () => {
    expect(renderSvg(shareRanking({ tenants, peerMedian: null }), size)).not.toContain('peer median');
  });

  it('shortens names that would push the bars out', () => {
    const svg = renderSvg(
      shareRanking({ tenants: [{ id: 'a'.repeat(63), share: 1, flagged: true }], peerMedian: null }),
      size,
    );
    expect(svg).toContain(`${'a'.repeat(17)}…`);
    expect(svg).not.toContain('a'.repeat(18));
  });
});

describe('renderSvg', () => {
  const option = shareOverTime({
    hours: ['00:00', '01:00'],
    series: [{ name: 'acme', flagged: true, shares: [1, null] }],
  });

  it('gives equal bytes for equal data, with ids of its own', () => {
    expect(renderSvg(option, size)).toBe(renderSvg(option, size));
    expect(renderSvg(option, { ...size, idPrefix: 'y' })).not.toMatch(/id="x-/);
  });

  it('takes its text colour from the page and carries no style of its own', () => {
    const svg = renderSvg(option, size);
    expect(svg).toContain('fill="currentColor"');
    expect(svg).not.toMatch(/#010203|style=|<style|class=/);
  });

  it('marks who stands out in words, not by colour alone', () => {
    expect(renderSvg(option, size)).toContain('▲ acme');
  });

  it('draws all others together in one colour, however many have an area of their own', () => {
    const colours = [1, 4].map((count) => {
      const own = Array.from({ length: count }, (_, place) => ({ name: `t${place}`, flagged: false, shares: [0.1] }));
      const rest = { name: 'Other (9 tenants)', flagged: false, rest: true as const, shares: [0.5] };
      const { series } = shareOverTime({ hours: ['00:00'], series: [...own, rest] }) as { series: { color: string }[] };
      expect(new Set(series.map(({ color }) => color)).size).toBe(count + 1);
      return series.at(-1)?.color;
    });
    expect(colours[0]).toBe(colours[1]);
  });
});
