import { describe, expect, it } from 'vitest';
import { engineOpener, openEmbedded } from '../../cli/engineFlags.js';

describe('engineOpener', () => {
  it('is the embedded engine unless another is named', () => {
    expect(engineOpener({})).toBe(openEmbedded);
    expect(engineOpener({ engine: 'duckdb' })).toBe(openEmbedded);
  });

  it.each([
    [{ engine: 'trino' }, /needs --trino-url/],
    [{ engine: 'trino', trinoUrl: 'trino:8080' }, /--trino-url is not usable/],
    [{ engine: 'duckdb', trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
    [{ trinoLocation: 'local:///a' }, /a flag of Trino without Trino/],
    [{ engine: 'trino', trinoUrl: 'http://h', athenaDatabase: 'd' }, /a flag of Athena without Athena/],
    [{ athenaReuse: '5' }, /a flag of Athena without Athena: expected --engine athena beside it, got 5/],
    [{ engine: 'athena', trinoUrl: 'http://h' }, /a flag of Trino without Trino/],
    [{ engine: 'athena', athenaDatabase: 'My-Lake' }, /--athena-database is not usable/],
  ] as const)('refuses %j before anything is opened', (flags, message) => {
    expect(() => engineOpener(flags)).toThrow(message);
  });
});
