import { createHash } from 'node:crypto';
import { AppError, escapeHtml } from '../model/index.js';

const META = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/;
const BODY = /<\/head>\s*<body[^>]*>/;

/**
 * The content security policy a page carries, for the header, where it may also say that nobody frames the page. Throws INTERNAL
 * for a page without one: it must not be served under none.
 */
export function pagePolicy(page: string): string {
  const [, content] = META.exec(page) ?? [];
  if (content === undefined) throw new AppError('INTERNAL', 'the page has no content security policy');
  return `${unescaped(content)}; frame-ancestors 'none'`;
}

/**
 * A page with a note above all else. The note's style is allowed by its hash, beside the page's own.
 *
 * @param note text, escaped here
 */
export function withNote(page: string, note: string): string {
  const hash = `&#39;sha256-${createHash('sha256').update(NOTE_STYLE).digest('base64')}&#39;`;
  return page
    .replace(META, (meta) => meta.replace('style-src ', () => `style-src ${hash} `))
    .replace(
      BODY,
      (body) =>
        `${body}\n<style>${NOTE_STYLE}</style>\n<aside id="served-note" role="status">${escapeHtml(note)}</aside>`,
    );
}

/** Looks like the page in light and dark; only named by its own id, so that it changes nothing else. */
const NOTE_STYLE =
  '#served-note{margin:0;padding:8px 16px;background:#fff3d6;color:#3d2b00;border-bottom:2px solid #8a5a00;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;white-space:pre-line}@media(prefers-color-scheme:dark){#served-note{background:#3a2c0a;color:#ffe7b3;border-color:#d39b2a}}';

function unescaped(content: string): string {
  return content
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
