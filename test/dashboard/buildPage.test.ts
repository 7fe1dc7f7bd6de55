import { createHash } from 'node:crypto';
import { gunzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildPage, type DashboardData } from '../../dashboard/index.js';
import { sampleData } from './sampleData.js';

/** Stands in for the bundle, which is what it is in the browser's tests. */
const client = { script: '/* the script */' };
const build = (data: DashboardData): string => buildPage(data, { client });

/** What a browser takes as text, without the data and the script. */
const markup = (page: string): string => page.replace(/<script[\s\S]*?<\/script>/g, '');

describe('buildPage', () => {
  it('gives the same bytes for the same data, and those of the golden page', async () => {
    const data = sampleData({ tenants: 6, hours: 4, services: ['DynamoDB'] });
    expect(build(data)).toBe(build(data));
    await expect(build(data)).toMatchFileSnapshot('golden/page.html');
  });

  it('allows its own style and script by their hashes, and nothing that needs more', () => {
    const page = build(sampleData());
    const hashed = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toBe(
      `default-src 'none'; script-src '${hashed(client.script)}'; style-src '${hashed(style)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(markup(page)).not.toMatch(/\sstyle="|\son\w+="|https?:\/\/(?!www\.w3\.org)|<link|<img|<iframe/);
  });

  it('stays below 5 MB with thousands of anomalies, of which it says how many stand elsewhere (regression)', () => {
    const data = sampleData({ tenants: 10_000, hours: 24 });
    const [one] = data.anomalies;
    if (one === undefined) throw new Error('no anomaly');
    const many = Array.from({ length: 3612 }, (_, place) => ({
      ...one,
      ...{
        id: `${one.id}-${place}`,
        tenant: place,
        evidence: one.evidence.map((command) => `${command} --place ${place}`),
      },
    }));
    const page = build({ ...data, anomalies: many });
    expect(Buffer.byteLength(page)).toBeLessThan(5_000_000);
    expect(markup(page)).toContain('3,412 more stand in the page as scripts show it.');
    expect(markup(page)).toContain('3,582 more are told in full where scripts run.');
    expect(build(data)).not.toMatch(/more stand in the page|more are told in full/);
  });

  it('may ask its own server where it is served, and nobody else', () => {
    const page = buildPage(sampleData(), { client, refresh: { url: '/data.json', seconds: 30 } });
    expect(page).toContain('connect-src &#39;self&#39;;');
    expect(page).toContain('data-refresh="/data.json" data-seconds="30"');
  });

  it.each([
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>"\'&',
    '<!--',
    '\u202egnp.exe',
    'a'.repeat(10_240),
  ])('neither runs nor breaks on what tenants are called and applications print: %.20s', (hostile) => {
    const page = build(sampleData({ name: () => hostile, printed: hostile }));
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
    expect(markup(page)).not.toContain('\u202e');
    expect(markup(page)).not.toContain('a'.repeat(500));
    expect(JSON.parse(/id="data">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '').tenants.names[0]).toBe(hostile);
  });

  it('stays below 5 MB with ten thousand tenants beside a script of 700 KB, and says what it does not list', () => {
    const page = build(
      sampleData({ tenants: 10_000, services: ['ALB', 'DynamoDB', 'Lambda', 'S3', 'SQS', 'Pipeline'] }),
    );
    expect(page.length).toBeLessThan(5_000_000 - 700_000);
    expect(page).toContain('Other (9,951 tenants)');
    expect(page).toContain('Other (9,992 tenants)');
    const packed = /data-encoding="gzip">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const data = JSON.parse(new TextDecoder().decode(gunzipSync(Buffer.from(packed, 'base64')))) as DashboardData;
    expect(data).toEqual(
      sampleData({ tenants: 10_000, services: ['ALB', 'DynamoDB', 'Lambda', 'S3', 'SQS', 'Pipeline'] }),
    );
  });

  it('has words for nothing: no usage, no finding, no bill, not checked', () => {
    const base = sampleData({ tenants: 0, services: [] });
    const quality = {
      ...base.quality,
      strip: [],
      delivery: { ...base.quality.delivery, quarantined: [], reconciled: null },
    };
    const page = build({ ...base, quality, bill: null, economics: null, data_through: null } as DashboardData);
    for (const text of [
      'No usage in this window.',
      'No tenant stands out.',
      'Nothing was used at a price',
      'not checked for this page',
      'Nothing is in quarantine.',
      'No customer used anything',
      'No agent was heard',
      'no hour yet',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('says what was not judged, and what cannot be read', () => {
    const base = sampleData();
    const [anomaly] = base.anomalies;
    if (anomaly === undefined) throw new Error('no anomaly');
    const unjudged = { ...anomaly, state: 'not_judged' as const, sentence: 'hours are incomplete' };
    const page = build({ ...base, anomalies: [unjudged], gaps: ['two objects are gone'] });
    expect(page).toContain('Not judged: hours are incomplete');
    expect(page).toContain('Not in these figures: two objects are gone');
  });

  it('uses every id once, labels every chart, and says of every figure where it is from', () => {
    const page = markup(build(sampleData()));
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<figure role="img" aria-label="[^"]{20,}"/g)?.length).toBeGreaterThanOrEqual(8);
    expect(page).toContain(
      'tenantscope report run tenant-share --param service=DynamoDB --param top=100000 --since 2026-11-23T00:00Z --until 2026-11-24T00:00Z --lake ./lake',
    );
    expect(page).toContain(
      'tenantscope bill lineage adc04563 --package ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 --lake ./lake',
    );
    expect(page).toContain(
      'Unit: USD at list price. Window: 2026-11-23 00:00 to 2026-11-24 00:00 UTC. Data through 2026-11-23 23:00 UTC.',
    );
  });

  it('draws hours that are not complete as such, and hours without data as nothing', () => {
    const page = build(sampleData({ services: ['DynamoDB'] }));
    expect(page).toContain('stroke-dasharray');
    expect(page).toMatch(/>!<\/text>/);
  });
});
