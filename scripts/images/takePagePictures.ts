import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { PAGE_PICTURES, PICTURE_WIDTH, partOf, picturedIn } from './pagePictures.js';
import { withWords } from './pngWords.js';

/**
 * The pictures of a page in a browser, by file name. Their pixels are the machine's: its letters, its version of Chromium. So each
 * carries in words what it shows, which tests hold against the page of today.
 *
 * @param file the page, as `dashboard build` or `demo` wrote it
 * @param executablePath of Chromium
 */
export async function takePagePictures(file: string, executablePath: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const taken = new Map<string, Uint8Array>();
    for (const picture of PAGE_PICTURES) {
      const page = await browser.newPage({
        viewport: { width: PICTURE_WIDTH, height: 900 },
        colorScheme: 'light',
        reducedMotion: 'reduce',
      });
      await page.goto(`${pathToFileURL(file).href}${picture.hash}`);
      await page.locator('html[data-ready="true"]').waitFor({ state: 'attached' });
      const { top, height } = await partOf(page, picture);
      const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: top, width: PICTURE_WIDTH, height } });
      taken.set(picture.name, withWords(png, JSON.stringify(await picturedIn(page, picture))));
      await page.close();
    }
    return taken;
  } finally {
    await browser.close();
  }
}
