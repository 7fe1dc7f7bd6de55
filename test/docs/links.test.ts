import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorsOf, findBrokenLinks } from './findBrokenLinks.js';
import { markdownFiles } from './markdownFiles.js';

describe('links of the docs', () => {
  it.each(markdownFiles())('%s', (file) => {
    expect(findBrokenLinks(file)).toEqual([]);
  });

  it.each(markdownFiles())('%s says of each picture what is to be seen', (file) => {
    const pictures = [...readFileSync(file, 'utf8').matchAll(/!\[([^\]]*)\]\([^)]*\)/g)];
    expect(pictures.filter(([, alt = '']) => alt.length < 40).map(([all]) => all)).toEqual([]);
  });

  it('would be seen if they were broken', () => {
    const text =
      '# One\n\n[a](#one) [b](#two) [c](no-such.md) [d](https://example.com) `[e](no.md)`\n\n    [f](no.md)\n';
    expect(findBrokenLinks('README.md', text)).toEqual([
      'README.md:3: #two: README.md has no heading #two',
      'README.md:3: no-such.md: there is no no-such.md',
    ]);
  });

  it('are held against anchors as GitHub makes them', () => {
    expect([...anchorsOf('# A `b`: c, d!\n## Twice\n## Twice\n```\n# not one\n```\n')]).toEqual([
      'a-b-c-d',
      'twice',
      'twice-1',
    ]);
  });
});
