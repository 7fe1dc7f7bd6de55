import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CATALOG_PROPERTIES } from '../../../engines/catalogProperties.js';

it('docs/reports.md sets the catalogue up as the engine tests do', () => {
  const page = readFileSync(new URL('../../../../docs/reports.md', import.meta.url), 'utf8');
  const settings = [...page.matchAll(/^ {4}([a-z]+\.[a-z.-]+=.*)$/gm)].map(([, setting = '']) => setting);
  expect(settings.filter((setting) => !setting.startsWith('local.location=')).sort()).toEqual(
    [...CATALOG_PROPERTIES].sort(),
  );
});
