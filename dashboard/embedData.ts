import { gzipSync, strToU8 } from 'fflate';
import type { DashboardData } from './DashboardData.js';
import { type Html, html, trusted } from './html.js';

/** Characters from which on the data is compressed: below, whoever looks at the file can read it. */
const PLAIN_LIMIT = 1_000_000;

/**
 * The data as an element that no browser runs. Of a customer it is always plain text, so that what it holds can be searched.
 * Compressed in JavaScript: the compressor of Node gives other bytes on other machines.
 */
export function embedData(data: DashboardData, refresh?: { readonly url: string; readonly seconds: number }): Html {
  const json = JSON.stringify(data);
  const live = refresh === undefined ? html`` : html` data-refresh="${refresh.url}" data-seconds="${refresh.seconds}"`;
  if (json.length <= PLAIN_LIMIT || data.audience.kind === 'tenant') {
    // What could end the element, or begin a comment, is written as JSON writes it otherwise.
    return html`<script type="application/json" id="data"${live}>${trusted(json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'))}</script>`;
  }
  const bytes = gzipSync(strToU8(json), { level: 9, mtime: 0 });
  return html`<script type="application/octet-stream" id="data" data-encoding="gzip"${live}>${trusted(Buffer.from(bytes).toString('base64'))}</script>`;
}
