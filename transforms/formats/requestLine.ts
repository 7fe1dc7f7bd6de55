import { splitTarget } from '../requestTarget.js';
import { unescaped } from './quoted.js';

const METHOD = /^[A-Za-z][A-Za-z-]{0,31}$/;
/** A path, an absolute URL, `*`, or the authority of a CONNECT. */
const TARGET = /^(?:\/|\*$|[a-z][a-z0-9+.-]{0,31}:\/\/|\S{1,255}:\d{1,5}$)/i;
const PROTOCOL = / [A-Z]{1,16}\/[\d.]{1,4}$/;

/** Method and path of a request. Both are null where a client sent no HTTP, or nothing: servers log that as it came. */
export interface RequestLine {
  readonly method: string | null;
  readonly path: string | null;
}

/** Reads a request as web servers quote it: `GET /path?query HTTP/1.1`; HTTP/0.9 names no protocol. */
export function readRequestLine(request: string): RequestLine {
  const space = request.indexOf(' ');
  const method = request.slice(0, Math.max(space, 0));
  const rest = request.slice(space + 1);
  const protocol = PROTOCOL.exec(rest.slice(-24));
  const target = protocol === null ? rest : rest.slice(0, -protocol[0].length);
  if (!METHOD.test(method) || !TARGET.test(target)) return { method: null, path: null };
  return { method, path: unescaped(splitTarget(target).path) };
}
