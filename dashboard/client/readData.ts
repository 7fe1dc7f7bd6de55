import { DATA_VERSION, type DashboardData } from '../DashboardData.js';

/** The element that holds the data, and where newer data comes from. */
export interface DataSource {
  readonly element: HTMLElement;
  readonly refresh: { readonly url: string; readonly seconds: number } | undefined;
}

/** Finds the data in the page. */
export function dataSource(): DataSource {
  const element = document.getElementById('data');
  if (element === null) throw new Error('the page holds no data');
  const { refresh, seconds } = element.dataset;
  return { element, refresh: refresh === undefined ? undefined : { url: refresh, seconds: Number(seconds) } };
}

/** Reads the data that stands in the page, compressed or not. */
export async function readData({ element }: DataSource): Promise<DashboardData> {
  const text = element.textContent ?? '';
  return checked(element.dataset.encoding === 'gzip' ? await unpacked(text) : text);
}

/** Fetches newer data of a served page. */
export async function fetchData(url: string): Promise<DashboardData> {
  const answer = await fetch(url, { cache: 'no-store' });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `the server answered ${answer.status}`);
  return checked(await answer.text());
}

async function unpacked(base64: string): Promise<string> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

function checked(text: string): DashboardData {
  const data = JSON.parse(text) as DashboardData;
  if (data.version !== DATA_VERSION)
    throw new Error(`data of version ${data.version}, and this page reads ${DATA_VERSION}`);
  return data;
}
