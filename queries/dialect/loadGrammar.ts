import { createRequire } from 'node:module';
import type * as TrinoGrammar from './trinoGrammar.js';

/** The generated classes of Trino's grammar. */
export type Grammar = typeof TrinoGrammar;

const require = createRequire(import.meta.url);

/** Loads the grammar when it is first asked for: 0.8 MB that only lint needs, and the runs of reports that lint must pass first. */
export function loadGrammar(): Grammar {
  // A name of package.json's, so that sources and build find the one bundle.
  return require('#trino-grammar') as Grammar;
}
