import { existsSync, readFileSync } from 'node:fs';

/** The version of this program, from its package.json: beside the sources, or beside dist/. */
export function packageVersion(): string {
  const beside = new URL('../package.json', import.meta.url);
  const text = readFileSync(existsSync(beside) ? beside : new URL('../../package.json', import.meta.url), 'utf8');
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
