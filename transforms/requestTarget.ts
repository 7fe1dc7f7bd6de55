import { hostOf } from './hostOf.js';

const ABSOLUTE = /^[a-z][a-z0-9+.-]{0,31}:\/\/(\[[^\]/]{0,64}\]|[^/:?#]*)(?::\d*)?/i;

/**
 * Host and path of a request's target as access logs write it: mostly a path, after a proxy or load balancer an absolute
 * URL, whose host is empty otherwise. What is no path (`*`, the authority of a CONNECT) stays as it is; `-` is none.
 */
export function splitTarget(target: string): { readonly host: string; readonly path: string } {
  const absolute = target.startsWith('/') ? null : ABSOLUTE.exec(target);
  if (absolute === null) return { host: '', path: target === '-' ? '' : withoutQuery(target) };
  const path = withoutQuery(target.slice(absolute[0].length));
  // ALB writes `http://host:80-` for a request it could not read.
  return { host: hostOf(absolute[1] ?? ''), path: path === '' ? '/' : path.startsWith('/') ? path : '' };
}

function withoutQuery(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}
