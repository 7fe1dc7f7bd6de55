import type { DashboardData } from '../DashboardData.js';
import { instantText } from '../shared/format.js';
import { readSelection, type Selection, select, VIEWS, type ViewName, writeSelection } from '../shared/Selection.js';
import { el, flat } from './dom.js';
import type { Page, View } from './Page.js';
import { dataSource, fetchData, readData } from './readData.js';
import { toolbar } from './toolbar.js';
import { anomalies } from './views/anomalies.js';
import { economics } from './views/economics.js';
import { overview } from './views/overview.js';
import { peers } from './views/peers.js';
import { quality } from './views/quality.js';
import { ranking } from './views/ranking.js';
import { share } from './views/share.js';
import { tenant } from './views/tenant.js';

const DRAWN: Readonly<Record<ViewName, View>> = {
  overview,
  share,
  ranking,
  peers,
  tenant,
  anomalies,
  economics,
  quality,
};

/** What runs when a view is drawn anew. */
const endings = new Map<ViewName, (() => void)[]>();
/** What of the selection each view was drawn from. */
const drawnFrom = new Map<ViewName, string>();
/** Views that are still to be drawn: those in sight, then the others in their order. */
let waiting: ViewName[] = [];
/** What views that stand in the document have still to do, such as to paint a chart: each in a task of its own. */
let works: { readonly view: ViewName; readonly work: () => (() => void) | undefined }[] = [];
let data: DashboardData | undefined;

start();

async function start(): Promise<void> {
  document.documentElement.dataset.ready = 'false';
  try {
    const source = dataSource();
    data = await readData(source);
    window.addEventListener('hashchange', () => show());
    window.addEventListener('beforeprint', () => drawWaiting(true));
    linkViews();
    show();
    scrollToView(readSelection(location.hash).view);
    if (source.refresh !== undefined) keepFresh(source.refresh);
  } catch (error) {
    // What the page shows without its script stays as it is.
    notice(
      `The interactive views could not be started (${messageOf(error)}); the figures below are those of the file.`,
    );
    document.documentElement.dataset.ready = 'error';
  }
}

/** Draws what the address chooses: the filters at once, each view that depends on what changed, and each chart, in a task of its own. */
function show(): void {
  if (data === undefined) return;
  const selection = readSelection(location.hash);
  const page = pageOf(data, selection);
  keepFocus(() => document.getElementById('toolbar')?.replaceChildren(toolbar(page)));
  notice(
    page.selected.unknown.length === 0
      ? ''
      : `Not in this file: ${page.selected.unknown.join(', ')}. All is shown instead.`,
  );
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('data-view') === selection.view) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  const changed = VIEWS.map(([name]) => name).filter((name) => drawnFrom.get(name) !== dependsOn(name, selection));
  const seen = new Set(changed.filter(isInSight));
  waiting = [...seen, ...changed.filter((name) => !seen.has(name))];
  document.documentElement.dataset.ready = 'false';
  drawWaiting(false);
}

function dependsOn(name: ViewName, selection: Selection): string {
  return JSON.stringify(DRAWN[name].by.map((key) => selection[key]));
}

let timer: ReturnType<typeof setTimeout> | undefined;

function drawWaiting(atOnce: boolean): void {
  clearTimeout(timer);
  do {
    const next = works.shift();
    const name = next === undefined ? waiting.shift() : undefined;
    if (next !== undefined) finish(next.view, next.work);
    if (name !== undefined) drawView(name);
  } while (atOnce && waiting.length + works.length > 0);
  if (waiting.length + works.length === 0) document.documentElement.dataset.ready = 'true';
  else timer = setTimeout(() => drawWaiting(false));
}

/** Whether any of a view is on the screen. */
function isInSight(name: ViewName): boolean {
  const box = document.getElementById(name)?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < window.innerHeight;
}

function drawView(name: ViewName): void {
  const box = document.querySelector(`#${name} > .view`);
  if (data === undefined || box === null) return;
  const selection = readSelection(location.hash);
  for (const end of endings.get(name) ?? []) end();
  endings.set(name, []);
  works = works.filter(({ view }) => view !== name);
  const page: Page = { ...pageOf(data, selection), attached: (work) => works.push({ view: name, work }) };
  try {
    const children = flat([DRAWN[name].draw(page)]);
    keepFocus(() => box.replaceChildren(...children));
  } catch (error) {
    failed(name, error);
  }
  drawnFrom.set(name, dependsOn(name, selection));
}

function finish(name: ViewName, work: () => (() => void) | undefined): void {
  try {
    const end = work();
    if (end !== undefined) endings.get(name)?.push(end);
  } catch (error) {
    failed(name, error);
  }
}

function failed(name: ViewName, error: unknown): void {
  works = works.filter(({ view }) => view !== name);
  document
    .querySelector(`#${name} > .view`)
    ?.replaceChildren(el('p', { class: 'empty' }, `This view could not be drawn: ${messageOf(error)}.`));
}

function pageOf(of: DashboardData, selection: Selection): Page {
  return {
    data: of,
    selected: select(of, selection),
    attached: () => undefined,
    go: (change, how = 'push') => {
      // What was typed meanwhile must not be lost.
      const next = { ...readSelection(location.hash), ...change };
      const hash = writeSelection(next);
      if (hash !== location.hash) document.documentElement.dataset.ready = 'false';
      if (how === 'replace') {
        history.replaceState(null, '', hash);
        show();
      } else if (hash !== location.hash) location.hash = hash;
      if (change.view !== undefined) scrollToView(change.view);
    },
  };
}

/** Replaces a part of the document without taking the reader's place in it. */
function keepFocus(replace: () => void): void {
  const { activeElement: active } = document;
  const id = active?.id ?? '';
  const caret = active instanceof HTMLInputElement ? active.selectionStart : null;
  replace();
  if (id === '' || document.activeElement?.id === id) return;
  const again = document.getElementById(id);
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLInputElement && caret !== null) again.setSelectionRange(caret, caret);
}

/** The links of the views, and the one that skips to the first, keep what is chosen. */
function linkViews(): void {
  for (const link of document.querySelectorAll('nav a, a.skip')) {
    const name = VIEWS.find(([view]) => link.getAttribute('href') === `#${view}`)?.[0];
    if (name === undefined) continue;
    link.setAttribute('data-view', name);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      if (data !== undefined) pageOf(data, readSelection(location.hash)).go({ view: name });
    });
  }
}

function scrollToView(name: ViewName | ''): void {
  if (name === '') return;
  const section = document.getElementById(name);
  section?.scrollIntoView();
  const title = document.getElementById(`${name}-title`);
  title?.setAttribute('tabindex', '-1');
  title?.focus({ preventScroll: true });
}

function notice(text: string): void {
  const box = document.getElementById('notice');
  if (box === null) return;
  box.replaceChildren(...(text === '' ? [] : [el('p', { class: 'gap' }, text)]));
}

/** Asks a server for newer data, and says so when it has none: what is shown then is old, and not wrong. */
function keepFresh({ url, seconds }: { readonly url: string; readonly seconds: number }): void {
  setInterval(async () => {
    // Whoever does not look needs no data, which a lake is read for.
    if (document.hidden) return;
    try {
      const newer = await fetchData(url);
      if (newer.generated_at === data?.generated_at) return;
      data = newer;
      // What the server said above the page was of the data before.
      document.getElementById('served-note')?.remove();
      drawnFrom.clear();
      show();
    } catch (error) {
      const since = data === undefined ? '' : ` These figures are of ${instantText(data.generated_at)} UTC.`;
      notice(`No newer data could be had: ${messageOf(error)}.${since}`);
    }
  }, seconds * 1000);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
