import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeFinding, drawFinding, renderPng } from '../../charts/index.js';
import { HOSTILE } from '../alerts/alertSamples.js';
import { picture } from './pictureSamples.js';

const HOUR_MS = 3_600_000;
const END = Date.parse('2026-11-23T11:00:00Z');

const SAMPLES = {
  finding: picture(),
  // New, alone, and of five minutes.
  alone: picture({
    window: { start: END - 300_000, end: END },
    tenants: [{ id: 'acme', share: 1 }],
    peerMedian: null,
    peers: 0,
    unit: 'read_units',
    past: [{ start: END - 300_000, amount: 1_250_000 }],
    expected: null,
  }),
  // Far down the ranking, and still drawn.
  small: picture({
    tenantId: 'tenant-14',
    past: [
      { start: END - 2 * HOUR_MS, amount: 0.000_012 },
      { start: END - HOUR_MS, amount: 0.000_43 },
    ],
    expected: 0.000_012,
  }),
};

describe('drawFinding', () => {
  it.each(Object.entries(SAMPLES))('draws %s as it did', (name, of) => {
    const file = new URL(`golden/${name}.svg`, import.meta.url);
    const svg = drawFinding(of);
    if (process.env.TENANTSCOPE_WRITE_GOLDEN === '1') writeFileSync(file, svg);
    expect(svg).toBe(readFileSync(file, 'utf8'));
  });

  it('stands alone: no script, no style, nothing from elsewhere, every id once', () => {
    const svg = drawFinding(picture());
    expect(svg).not.toMatch(
      /<script|<style|\sstyle=|\son\w+=|currentColor|href=|url\(\s*["']?(?!#)|https?:\/\/(?!www\.w3\.org)/,
    );
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says what it shows, for those who do not see it', () => {
    expect(describeFinding(picture())).toBe(
      'acme has 30 % of DynamoDB from 2026-11-23 10:00 to 2026-11-23 11:00 UTC, number 1 of 15 tenants. The median of its 14 peers is 5.0 %. It used $7.4 at list price. In the 47 hours before it used between $0.8 and $1.1 in as long. Its own past leads one to expect $0.98.',
    );
    expect(describeFinding(SAMPLES.alone)).toContain(
      'It has no peers to compare it with. It used 1.25M read_units. Nothing is known of it before.',
    );
    expect(drawFinding(picture())).toContain(
      `<desc id="finding-text">${describeFinding(picture()).replaceAll("'", '&#39;')}</desc>`,
    );
  });

  it.each([
    ['markup', HOSTILE],
    ['10 KB', `<script>alert(1)</script>${'x'.repeat(10_000)}`],
    ['what XML cannot hold', '\u0000\u0008\ud800]]>&amp;'],
    ['an attribute', '" onload="alert(1)'],
  ])('a name of %s neither executes nor breaks the drawing', async (_, name) => {
    const own = { id: name, share: 0.3 };
    const svg = drawFinding(picture({ tenantId: name, service: name, tenants: [own, ...picture().tenants.slice(1)] }));
    expect(svg).not.toMatch(/<script|\sonload=["']|[\u202a-\u202e\u2066-\u2069]/);
    expect(svg).not.toContain('\u0000');
    expect(svg.isWellFormed()).toBe(true);
    // The heading is cut; the whole name stands in what is read out, and nowhere else.
    expect(Math.max(...[...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text.length))).toBeLessThan(
      400,
    );
    // A parser of its own reads it: what is no XML cannot be drawn.
    expect((await renderPng(svg)).length).toBeGreaterThan(10_000);
  });
});

describe('renderPng', () => {
  it('draws at twice the size, with letters', async () => {
    const svg = drawFinding(picture());
    const png = await renderPng(svg);
    const view = new DataView(png.buffer, png.byteOffset);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([1440, 2 * Number(/height="(\d+)"/.exec(svg)?.[1])]);
    const silent = await renderPng(svg.replace(/<text[\s\S]*?<\/text>/g, ''));
    expect(png.length).toBeGreaterThan(silent.length * 1.5);
    expect(png.length).toBeLessThan(200_000);
  });

  it('throws for what is no drawing', async () => {
    await expect(renderPng('<html>')).rejects.toThrow();
  });
});
