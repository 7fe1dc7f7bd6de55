import { describe, expect, it } from 'vitest';
import { parseTrinoUrl } from '../../../../queries/engines/trino/parseTrinoUrl.js';

describe('parseTrinoUrl', () => {
  it.each([
    ['http://127.0.0.1:8080', { server: 'http://127.0.0.1:8080', user: 'tenantscope', catalog: 'lake' }],
    ['https://ana@trino.example/hive/', { server: 'https://trino.example', user: 'ana', catalog: 'hive' }],
  ])('reads %s', (text, address) => {
    expect(parseTrinoUrl(text)).toEqual(address);
  });

  it.each(['', 'trino:8080', 'ftp://trino/', 'http://h/a/b', 'http://h/a"b', 'http://h/?x=1', 'http://h/#x'])(
    'refuses %j',
    (text) => {
      expect(() => parseTrinoUrl(text)).toThrow(/--trino-url is not usable/);
    },
  );

  it('refuses a password and does not repeat it', () => {
    expect(() => parseTrinoUrl('https://ana:s3cret@h/lake')).toThrow(/got https:\/\/h\/lake/);
  });
});
