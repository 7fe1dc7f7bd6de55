import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allReferences } from '../../scripts/reference/allReferences.js';
import { configKeys, configMeanings, ownMeaning } from '../../scripts/reference/configurationReference.js';
import { table } from '../../scripts/reference/markdown.js';
import { NESTED_MEANINGS, nestedKey } from '../../scripts/reference/nestedMeanings.js';

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
    const keys = configKeys().map(({ key }) => key);
    const nested = new Set(keys.filter((key) => !ownMeaning(key, meanings)).map(nestedKey));
    expect(
      [...nested].filter((key) => !Object.hasOwn(NESTED_MEANINGS, key)),
      'give these a row in docs/configuration.md, or a meaning in scripts/reference/nestedMeanings.ts',
    ).toEqual([]);
    expect(
      Object.keys(NESTED_MEANINGS).filter((key) => !nested.has(key)),
      'of no key of the schema, or docs/configuration.md has a row for them',
    ).toEqual([]);
  });

  it('says which form of an object requires a key, where not all have it', () => {
    const required = (key: string): string | undefined => configKeys().find((one) => one.key === key)?.required;
    expect(required('alerts.channels.<name>.type')).toBe('required');
    expect(required('alerts.channels.<name>.topic_arn')).toBe('required with `type: sns`');
    expect(required('alerts.channels.<name>.url')).toBe('required with `type: slack, webhook`');
    expect(required('tenants[].name')).toBe('');
    expect(required('tenants[].id')).toBe('required');
    expect(pages.get('configuration.md')).toContain('`type: slack, webhook`; else `"https://events.pagerduty.com');
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
