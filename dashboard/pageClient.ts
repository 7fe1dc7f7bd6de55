import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** What makes the page interactive: one script for browsers, of `client/` and the charts it draws. */
export interface PageClient {
  readonly script: string;
}

let own: PageClient | undefined;

/** The package's own script, made by `npm run build`; read once, when the first page is built. */
export function pageClient(): PageClient {
  // A name of package.json's, so that sources and build find the one bundle.
  own ??= { script: readFileSync(createRequire(import.meta.url).resolve('#page-client'), 'utf8').trim() };
  return own;
}
