import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_PICTURES, PICTURE_WIDTH, picturedIn } from '../../scripts/images/pagePictures.js';
import { wordsOf } from '../../scripts/images/pngWords.js';
import { temporaryFolder, tenantscopeOk } from '../e2e/tenantscope.js';
import { canBrowse, drawn, launch, openPage, overflow, textOf, violations } from './openPage.js';

/** Runs a command as the page shows it, and gives the rows it answers by column. */
async function ask(command: string): Promise<Record<string, string | null>[]> {
  const { columns, rows } = JSON.parse(await tenantscopeOk([...command.split(' ').slice(1), '--json']));
  return rows.map((row: (string | null)[]) =>
    Object.fromEntries(columns.map(({ name }: { name: string }, place: number) => [name, row[place]])),
  );
}

const VIEWS = ['overview', 'share', 'ranking', 'peers', 'tenant', 'anomalies', 'economics', 'quality'];

describe.runIf(canBrowse)('the page in a real browser', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const url = (name = 'page.html', hash = ''): string => `${pathToFileURL(at(name)).href}${hash}`;
  const config = ['--config', at('sim/tenantscope.yaml'), '--lake', at('lake')];
  let browser: Browser;

  beforeAll(async () => {
    const size = ['--hours', '24', '--history', '24h', '--end', '2026-11-24'];
    await tenantscopeOk(['simulate', '--scenario', 'noisy-dynamodb', ...size, '--out', at('sim')]);
    await tenantscopeOk(['run', ...config, '--input', at('sim/records')]);
    await tenantscopeOk(['ledger', 'build', ...config]);
    await tenantscopeOk(['dashboard', 'build', ...config, '--out', at('page.html')]);
    await tenantscopeOk(['dashboard', 'build', ...config, '--tenant', 'cadenza', '--out', at('cadenza.html')]);
    browser = await launch();
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
    'at %s px, %s: every view, no message, no request, no sideways scrolling, nothing axe finds',
    async (width, colorScheme) => {
      const { page, said, requests } = await openPage(browser, url(), {
        viewport: { width, height: 900 },
        colorScheme,
      });
      expect(await overflow(page)).toBe(0);
      const views =
        await page.evaluate(`Object.fromEntries([...document.querySelectorAll('main > section')].map((section) =>
      [section.id, { text: section.innerText.length, charts: section.querySelectorAll('.chart canvas').length, tables: section.querySelectorAll('table').length }]))`);
      expect(Object.keys(views as object)).toEqual(VIEWS);
      expect(views).toMatchObject({
        share: { charts: 1 },
        peers: { charts: 1, tables: 1 },
        anomalies: { charts: 1, tables: 1 },
        economics: { charts: 1 },
      });
      for (const { text } of Object.values(views as Record<string, { text: number }>))
        expect(text).toBeGreaterThan(100);
      expect(await page.evaluate('document.body.innerText')).toMatch(/acme used 30 % of DynamoDB/);
      expect(await violations(page)).toEqual([]);
      expect(said).toEqual([]);
      expect(requests).toEqual([url()]);
      await page.close();
    },
  );

  it('shows the numbers of the saved reports, to the unit, and the command that gives them', async () => {
    const { page } = await openPage(browser, url());
    const command = await textOf(page.locator('#ranking .source code'));
    expect(command.startsWith('tenantscope report run tenant-share --param service=DynamoDB')).toBe(true);
    const reported = (await ask(command)).map((row) => [
      row.tenant_id,
      row.amount,
      Number(row.share),
      Number(row.times_peer_median),
    ]);
    const shown = await page.evaluate(`[...document.querySelectorAll('#ranking tbody tr')].map((row) => {
      const exact = [...row.cells].map((cell) => cell.dataset.exact).filter((value) => value !== undefined);
      return [row.dataset.tenant, exact[0], Number(exact[1]), Number(exact[4])];
    })`);
    expect(shown).toEqual(reported);
    const matrix = await ask(await textOf(page.locator('#overview .source code')));
    const sum = matrix.reduce((total, row) => total + Number(row.value_usd ?? 0), 0);
    const total = await page.locator('#overview [data-exact]').first().getAttribute('data-exact');
    expect(Number(total)).toBeCloseTo(sum, 15);
    await page.close();
  });

  it('keeps what is chosen in the address: over a reload, and back', async () => {
    const { page } = await openPage(browser, url());
    await page.selectOption('#filter-service', 'Ingress');
    await page.selectOption('#filter-window', '7d');
    await drawn(page);
    expect(await textOf(page.locator('#share h3'))).toBe('Ingress');
    await page.locator('#sort-tenant').press('Enter');
    await page.locator('#filter-tenant').fill('cadenza');
    await page.locator('#filter-tenant').press('Enter');
    await drawn(page);
    expect(new URL(page.url()).hash).toBe('#window=7d&service=Ingress&tenant=cadenza&sort=tenant');
    expect(await textOf(page.locator('#tenant-name'))).toBe('cadenza');
    const before = await textOf(page.locator('main'));
    await page.reload();
    await drawn(page);
    expect(await textOf(page.locator('main'))).toBe(before);
    await page.goBack();
    await expect.poll(() => page.inputValue('#filter-tenant')).toBe('');
    await page.goBack();
    await page.goBack();
    await expect.poll(() => page.inputValue('#filter-window')).toBe('24h');
    await drawn(page);
    expect(await textOf(page.locator('#share h3'))).toBe('Ingress');
    await page.locator('#reset').click();
    await drawn(page);
    expect(await textOf(page.locator('#share h3'))).toBe('DynamoDB');
    await page.close();
  });

  it('keeps what is chosen when a reader skips to the overview (regression: the link took the filters away)', async () => {
    const { page } = await openPage(browser, url('page.html', '#service=Ingress'));
    await page.locator('a.skip').press('Enter');
    await drawn(page);
    expect(new URL(page.url()).hash).toBe('#view=overview&service=Ingress');
    expect(await textOf(page.locator('#share h3'))).toBe('Ingress');
    expect(await page.evaluate('document.activeElement.id')).toBe('overview-title');
    await page.close();
  });

  it('says what an address asks for and the file does not have', async () => {
    const { page, said } = await openPage(
      browser,
      url('page.html', '#tenant=%3Cimg%20src%3Dx%3E&service=SQS&window=9d'),
    );
    expect(await textOf(page.locator('#notice'))).toBe(
      'Not in this file: window 9d, service SQS, tenant <img src=x>. All is shown instead.',
    );
    expect(said).toEqual([]);
    await page.close();
  });

  it('is reached by keyboard: every control and chart, point by point', async () => {
    const { page } = await openPage(browser, url());
    const all = (await page.evaluate(
      `[...document.querySelectorAll('a[href], button:not([disabled]), input, select, summary, [tabindex="0"]')].filter((element) => element.checkVisibility()).length`,
    )) as number;
    const reached = new Set<number>();
    for (let step = 0; step < all + 5; step += 1) {
      await page.keyboard.press('Tab');
      reached.add(
        (await page.evaluate(`[...document.querySelectorAll('*')].indexOf(document.activeElement)`)) as number,
      );
    }
    expect(reached.size).toBeGreaterThanOrEqual(all);
    const chart = page.locator('#share .chart');
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    const said = page.locator('#share .said');
    expect(await textOf(said)).toMatch(/^2026-11-2[23] \d\d:00 UTC: .*acme [\d.]+ %/);
    await page.keyboard.press('End');
    expect(await textOf(said)).toMatch(/^2026-11-23 2\d:00 UTC: /);
    await page.keyboard.press('Escape');
    expect(await textOf(said)).toBe('');
    await page.locator('#peers .chart').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await drawn(page);
    expect(new URL(page.url()).hash).toContain('tenant=acme');
    await page.close();
  });

  it('changes its colours by hand, remembers them, and charts follow', async () => {
    const { page, said } = await openPage(browser, url(), { colorScheme: 'light' });
    const ground = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.locator('#theme').click();
    await page.locator('#theme').click();
    expect(await textOf(page.locator('#theme'))).toBe('Colours: dark');
    expect(await ground()).not.toBe(light);
    await page.reload();
    await drawn(page);
    expect(await textOf(page.locator('#theme'))).toBe('Colours: dark');
    expect(said).toEqual([]);
    await page.close();
  });

  it.each([1280, 390])('can be read at %s px without a script, and printed', async (width) => {
    const { page, said } = await openPage(browser, url(), {
      javaScriptEnabled: false,
      viewport: { width, height: 900 },
    });
    expect(await page.locator('main > section').count()).toBe(VIEWS.length);
    expect(await page.locator('figure svg:visible').count()).toBeGreaterThanOrEqual(8);
    expect(await page.locator('table').count()).toBeGreaterThanOrEqual(8);
    const box = await page.locator('main').boundingBox();
    expect(box?.width).toBeLessThanOrEqual(width);
    expect(said).toEqual([]);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(10_000);
    await page.close();
  });

  it('prints its views without what can only be pressed', async () => {
    const { page } = await openPage(browser, url());
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['#toolbar', 'nav', '#ranking .controls', '#ranking .source button']) {
      expect(await page.locator(gone).first().isVisible()).toBe(false);
    }
    expect(await page.locator('#share .chart canvas').isVisible()).toBe(true);
    await page.close();
  });

  it.each(PAGE_PICTURES)('looks as docs/images/$name shows it (npm run docs:images)', async (picture) => {
    const { page } = await openPage(browser, url('page.html', picture.hash), {
      viewport: { width: PICTURE_WIDTH, height: 900 },
    });
    const { outline } = JSON.parse(wordsOf(readFileSync(`docs/images/${picture.name}`)) ?? 'null');
    expect((await picturedIn(page, picture)).outline).toEqual(outline);
    await page.close();
  });

  it('stays readable when its data cannot be read, and says so', async () => {
    const broken = readFileSync(at('page.html'), 'utf8').replace('{"version":1,', '{"version":99,');
    writeFileSync(at('broken.html'), broken);
    const { page } = await openPage(browser, url('broken.html'));
    expect(await textOf(page.locator('#notice'))).toContain('data of version 99');
    expect(await page.locator('#ranking table').count()).toBeGreaterThan(1);
    await page.close();
  });

  describe('given to one customer', () => {
    it.each([
      [1280, 'light'],
      [390, 'dark'],
    ] as const)('at %s px, %s: its own views, nothing axe finds', async (width, colorScheme) => {
      const { page, said, requests } = await openPage(browser, url('cadenza.html'), {
        viewport: { width, height: 900 },
        colorScheme,
      });
      expect(await overflow(page)).toBe(0);
      expect(await textOf(page.locator('h1'))).toBe('What cadenza used');
      expect(await page.locator('main > section').count()).toBe(VIEWS.length - 1);
      expect(await textOf(page.locator('#share p').first())).toMatch(/others has [\d.]+ % to [\d.]+ % each/);
      expect(await violations(page)).toEqual([]);
      expect(said).toEqual([]);
      expect(requests).toEqual([url('cadenza.html')]);
      await page.close();
    });

    it('names no other tenant in its bytes', () => {
      const page = readFileSync(at('cadenza.html'), 'utf8');
      const truth = JSON.parse(readFileSync(at('sim/truth.json'), 'utf8')) as { tenants: string[] };
      const others = truth.tenants.filter((id) => id !== 'cadenza');
      expect(others).toHaveLength(14);
      expect(others.filter((id) => page.includes(id))).toEqual([]);
      expect(page).toContain('cadenza');
    });
  });
});
