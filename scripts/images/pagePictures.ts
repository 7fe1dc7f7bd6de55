import type { Page } from 'playwright-core';

/** A picture of a part of the page, as a browser shows it. */
export interface PagePicture {
  readonly name: string;
  /** The address behind `#`. */
  readonly hash: string;
  /** Selectors: the picture goes from the upper edge of the first to the lower edge of the second. */
  readonly from: string;
  readonly to: string;
}

/** The pictures of the page in README and docs. */
export const PAGE_PICTURES: readonly PagePicture[] = [
  { name: 'page-overview.png', hash: '', from: 'body', to: '#share .chart' },
  { name: 'page-tenant.png', hash: '#tenant=acme', from: '#tenant', to: '#tenant details' },
];

/** What a picture says of the part it shows, to be held against the page of today. */
export interface Pictured {
  /** Headings, labels and names of columns. */
  readonly outline: readonly string[];
  /** The figures of the overview. */
  readonly figures: readonly string[];
}

/** Of the window; tiles and tables stand side by side, and letters stay readable in a page of docs. */
export const PICTURE_WIDTH = 1000;
/** Below it. */
const MARGIN = 16;

/** Where a picture's part lies in the page that is shown, in pixels from its upper left corner. */
export async function partOf(page: Page, { from, to }: PagePicture): Promise<{ top: number; height: number }> {
  const [top, bottom] = (await page.evaluate(`[${edge(from, 'top')}, ${edge(to, 'bottom')}]`)) as [number, number];
  // What stands above a section belongs to another.
  const start = Math.ceil(top);
  return { top: start, height: Math.ceil(bottom) + MARGIN - start };
}

/** What stands in a picture's part of the page that is shown. */
export async function picturedIn(page: Page, picture: PagePicture): Promise<Pictured> {
  const { top, height } = await partOf(page, picture);
  const texts = (selector: string): Promise<unknown> =>
    page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
      .filter((element) => element.checkVisibility())
      .filter((element) => { const { top, bottom } = element.getBoundingClientRect(); return top + scrollY >= ${top} && bottom + scrollY <= ${top + height}; })
      .map((element) => element.innerText.trim().replace(/\\s+/g, ' '))`);
  return {
    outline: (await texts('h1, h2, h3, h4, label, nav a, button, dt, caption, thead th, summary')) as string[],
    figures: (await texts('#overview dd.figure')) as string[],
  };
}

const edge = (selector: string, side: 'top' | 'bottom'): string =>
  `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().${side} + scrollY`;
