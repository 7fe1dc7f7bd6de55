import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsImages } from '../../scripts/images/docsImages.js';
import { describeFlow, drawFlow } from '../../scripts/images/drawFlow.js';
import { FLOW_COLUMNS, FLOW_STEPS } from '../../scripts/images/flowSteps.js';
import { PAGE_PICTURES, type Pictured } from '../../scripts/images/pagePictures.js';
import { withWords, wordsOf } from '../../scripts/images/pngWords.js';
import { temporaryFolder, tenantscopeOk } from '../e2e/tenantscope.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const IMAGES = join(ROOT, 'docs/images');
const pictured = (name: string): Pictured => JSON.parse(wordsOf(readFileSync(join(IMAGES, name))) ?? 'null');

describe('docs/images, from the demo', () => {
  const root = temporaryFolder();
  afterAll(() => root.remove());
  beforeAll(() => tenantscopeOk(['demo', '--out', root.path]));

  it('are what npm run docs:images draws', async () => {
    const drawn = await docsImages(root.path, (args) => tenantscopeOk(args));
    expect(readdirSync(IMAGES).sort()).toEqual([...drawn.keys(), ...PAGE_PICTURES.map(({ name }) => name)].sort());
    for (const [name, svg] of drawn) expect(readFileSync(join(IMAGES, name), 'utf8'), name).toBe(svg);
    expect(drawn.get('share-ranking.svg')).toContain('30.0 %');
    expect(drawn.get('finding.svg')).toContain('acme has 30 % of DynamoDB');
  });

  it('show the page with the figures it has', () => {
    const tiles = [
      ...readFileSync(join(root.path, 'tenantscope.html'), 'utf8').matchAll(/<dd class="figure"[^>]*>(.*?)<\/dd>/g),
    ];
    expect(pictured('page-overview.png').figures, 'run npm run docs:images, with Chromium').toEqual(
      tiles.map(([, text]) => text),
    );
  });
});

describe('the pictures of the page', () => {
  it.each(PAGE_PICTURES)('$name is small and says what it shows', ({ name }) => {
    expect(readFileSync(join(IMAGES, name)).length).toBeLessThan(200_000);
    expect(pictured(name).outline.length).toBeGreaterThan(5);
  });

  it('carry words beside their pixels', () => {
    const png = readFileSync(join(IMAGES, 'page-tenant.png'));
    const again = withWords(png, 'a picture of ▲ acme');
    expect(wordsOf(again)).toBe('a picture of ▲ acme');
    expect(wordsOf(withWords(again, 'other'))).toBe('other');
    expect(() => wordsOf(Buffer.from('<svg/>'))).toThrow('not a PNG');
  });
});

describe('the picture of the flow', () => {
  it('names folders that are there, and one box a place', () => {
    for (const { folder } of FLOW_STEPS) if (folder !== undefined) expect(existsSync(join(ROOT, folder))).toBe(true);
    const places = FLOW_STEPS.map(({ column, row }) => `${column} ${row}`);
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...FLOW_STEPS.map(({ column }) => column))).toBe(FLOW_COLUMNS.length - 1);
  });

  it('keeps every line inside its box', () => {
    for (const { title, lines } of FLOW_STEPS) {
      expect(lines.length).toBeLessThan(3);
      for (const line of [title, ...lines]) expect(line.length).toBeLessThan(30);
    }
  });

  it('says the same in words, and needs nothing from elsewhere', () => {
    expect(describeFlow()).toContain(
      'Usage ledger: each line once, by tenant, service, meter and hour; to Reports and the page',
    );
    expect(drawFlow()).not.toMatch(/<style|<script|href=|currentColor/);
  });
});
