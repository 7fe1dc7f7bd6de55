import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allReferences } from '../../scripts/reference/allReferences.js';
import { configKeys, configMeanings, meaningOf } from '../../scripts/reference/configurationReference.js';
import { table } from '../../scripts/reference/markdown.js';

const pages = await allReferences();

describe('docs/reference', () => {
  it.each([...pages.keys()])('%s says what the code says', (name) => {
    const file = `docs/reference/${name}`;
    const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
    expect(written, `${file} differs from the code: run npm run docs:reference, and commit what it writes`).toBe(
      pages.get(name),
    );
  });

  it('has no page that nothing writes', () => {
    expect(readdirSync('docs/reference').sort()).toEqual([...pages.keys()].sort());
  });

  it('leads from every key of tenantscope.yaml to what it means', () => {
    const meanings = configMeanings();
    const without = configKeys().filter(({ key }) => meaningOf(key, meanings).text === '');
    expect(
      without.map(({ key }) => key),
      'give these a row in docs/configuration.md',
    ).toEqual([]);
  });

  it('has a row for every command', () => {
    for (const words of ['doctor', 'config show', 'report run', 'bill close', 'sink send'])
      expect(pages.get('cli.md')).toContain(`\n## ${words}\n`);
  });
});

describe('table', () => {
  it('keeps a cell one cell, whatever stands in it', () => {
    expect(table(['a', 'b'], [['x|y', 'two\n  lines']])).toBe('| a | b |\n| --- | --- |\n| x\\|y | two lines |');
  });
});
