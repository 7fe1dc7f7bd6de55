import { createHash } from 'node:crypto';
import { escapeHtml } from '../model/index.js';

/**
 * The page while there is none: the lake is being read for the first time, or could not be read. The browser asks again by itself.
 *
 * @param text what is going on; lines are kept
 */
export function waitingPage(title: string, text: string): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tenantscope: ${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p role="status">${escapeHtml(text)}</p>
</main>
</body>
</html>
`;
}

const STYLE =
  ':root{color-scheme:light dark}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#1c2530}main{max-width:720px;margin:0 auto;padding:48px 16px}h1{font-size:24px}p{white-space:pre-line;overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{background:#12171d;color:#e8ecf1}}';
