import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** The links of a page that lead nowhere: to a file that is not there, or a heading that it has not. Addresses of the web are not followed. */
export function findBrokenLinks(file: string, text: string = readFileSync(file, 'utf8')): readonly string[] {
  return linksOf(text).flatMap(({ target, line }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const at = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)));
    if (!existsSync(at)) return [`${file}:${line}: ${target}: there is no ${at}`];
    if (anchor === undefined) return [];
    const there = at === file ? text : statSync(at).isFile() ? readFileSync(at, 'utf8') : '';
    return anchorsOf(there).has(anchor) ? [] : [`${file}:${line}: ${target}: ${at} has no heading #${anchor}`];
  });
}

/** The links of a page, outside code, with the line each stands on from 1. */
export function linksOf(text: string): readonly { readonly target: string; readonly line: number }[] {
  let fenced = false;
  return text.split('\n').flatMap((content, index) => {
    if (/^\s*```/.test(content)) fenced = !fenced;
    if (fenced || /^ {4}/.test(content)) return [];
    const prose = content.replaceAll(/`[^`]*`/g, '``');
    return [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => ({
      target: match[1] ?? '',
      line: index + 1,
    }));
  });
}

/** Anchors as GitHub makes them: lower case, no punctuation, spaces as hyphens, a number behind one that was there before. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^#{1,6} +(.*?) *#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let name = slug;
    for (let again = 1; anchors.has(name); again += 1) name = `${slug}-${again}`;
    anchors.add(name);
  }
  return anchors;
}
