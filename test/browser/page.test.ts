import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscopeOk } from '../e2e/tenantscope.js';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
const required = process.env.TENANTSCOPE_REQUIRE_BROWSER === '1';
if (!present) console.warn(`skipped: no Chromium at ${executablePath}; set CHROMIUM_PATH`);

describe.runIf(present || required)('the page in a real browser', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  beforeAll(async () => {
    const at = (name: string): string => join(folder.path, name);
    await tenantscopeOk([
      'simulate',
      '--scenario',
      'noisy-dynamodb',
      '--hours',
      '24',
      '--history',
      '24h',
      '--end',
      '2026-11-24',
      '--out',
      at('sim'),
    ]);
    const config = ['--config', at('sim/tenantscope.yaml'), '--lake', at('lake')];
    await tenantscopeOk(['run', ...config, '--input', at('sim/records')]);
    await tenantscopeOk(['ledger', 'build', ...config]);
    await tenantscopeOk(['dashboard', 'build', ...config, '--out', at('page.html')]);
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    folder.remove();
  });

  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)(
    'at %s px, %s: no violation, no request, no sideways scrolling, charts that can be read',
    async (width, colorScheme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const said: string[] = [];
      const requests: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      page.on('request', (request) => requests.push(request.url()));
      const url = pathToFileURL(join(folder.path, 'page.html')).href;
      await page.goto(url);

      expect(said).toEqual([]);
      expect(requests).toEqual([url]);
      const seen = await page.evaluate(`({
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      charts: [...document.querySelectorAll('figure')].map((figure) => ({
        label: figure.getAttribute('aria-label').length,
        shown: [...figure.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).length,
      })),
      smallest: Math.min(...[...document.querySelectorAll('figure svg text')].map((text) => text.getBoundingClientRect().height).filter((height) => height > 0)),
      text: document.body.innerText,
    })`);
      expect(seen).toMatchObject({ overflow: 0 });
      const { charts, smallest, text } = seen as {
        charts: { label: number; shown: number }[];
        smallest: number;
        text: string;
      };
      expect(charts.length).toBeGreaterThanOrEqual(4);
      expect(charts.every((chart) => chart.label > 20 && chart.shown === 1)).toBe(true);
      expect(smallest).toBeGreaterThan(8);
      expect(text).toMatch(/acme used 30 % of DynamoDB/);
      await page.close();
    },
  );
});
