import { AppError } from '../../../model/index.js';

/** What `--trino-url` names. */
export interface TrinoAddress {
  readonly server: string;
  readonly user: string;
  readonly catalog: string;
}

/** Reads `http[s]://[user@]host[:port][/catalog]`. Throws USAGE. */
export function parseTrinoUrl(text: string): TrinoAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const catalog = url?.pathname.replace(/^\/|\/$/g, '') || 'lake';
  const plain = url !== undefined && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || !/^https?:$/.test(url.protocol) || !/^[a-z0-9_]+$/.test(catalog)) {
    throw new AppError('USAGE', '--trino-url is not usable', {
      expected: 'http[s]://[user@]host[:port][/catalog]',
      // Never repeated whole: it may hold a password, which is refused because nothing here would use it.
      got: url === undefined ? JSON.stringify(text.slice(0, 80)) : `${url.protocol}//${url.host}${url.pathname}`,
      hint: 'such as http://127.0.0.1:8080/lake; a password, query or fragment has no place in it',
    });
  }
  return { server: url.origin, user: decodeURIComponent(url.username) || 'tenantscope', catalog };
}
