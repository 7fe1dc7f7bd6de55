import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readProperties } from '../../../engines/catalogProperties.js';

const CATALOGUES = ['lake', 'iceberg'];
/** What a page puts in the place of a variable. */
const withoutPlace = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.startsWith('local.location=')).sort();

it('docs/reports.md sets the catalogue up as the engine tests do', () => {
  const page = readFileSync(new URL('../../../../docs/reports.md', import.meta.url), 'utf8');
  const settings = [...page.matchAll(/^ {4}([a-z]+\.[a-z.-]+=.*)$/gm)].map(([, setting = '']) => setting);
  expect(withoutPlace(settings)).toEqual(withoutPlace(readProperties('catalog/lake.properties')));
});

it.each(CATALOGUES)('docs/trino.md shows the catalogue %s as examples/trino has it', (name) => {
  const page = readFileSync(new URL('../../../../docs/trino.md', import.meta.url), 'utf8');
  const [, block = ''] = new RegExp(`# etc/catalog/${name}.properties\\n((?: {4}.+\\n)+)`).exec(page) ?? [];
  const settings = block
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
  expect(settings).toEqual(readProperties(`catalog/${name}.properties`));
});
