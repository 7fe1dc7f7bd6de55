import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sqlText } from '../../../queries/engines/sqlText.js';
import { TenantNames } from '../../../queries/index.js';

it('a name counts as a word, and not within another tenant’s id', () => {
  const names = new TenantNames('acme', ['tenant-acme'], ['acme', 'acme-2', 'big-acme', 'globex']);
  const named = [
    'acme',
    'ACME',
    'acme-orders',
    'orders_acme',
    'a/acme.csv',
    'acme-2 and acme',
    'tenant-acme',
    'acme-20',
  ];
  const others = ['', 'acmecorp', 'xacme', 'acme-2', 'big-acme', 'acme-2-orders', 'the acme-2, big-acme', 'globex'];
  expect(named.filter((text) => !names.isIn(text))).toEqual([]);
  expect(others.filter((text) => names.isIn(text))).toEqual([]);
  expect(names.removedFrom('billing/acme/acme.csv')).toBe('billing/_erased/_erased.csv');
});

it('mentions count nowhere when they are not to', () => {
  const names = new TenantNames('events', [], [], false);
  expect(names.isIn('events')).toBe(false);
  expect(names.inColumn('x')).toBe('false');
  expect(names.isNamedIn('events')).toBe(true);
});

it('is the same test in SQL as in the program', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const names = new TenantNames('a-b', ['n.s'], ['a-b', 'a-b-c', 'x-a-b']);
  const piece = fc.constantFrom(
    'a-b',
    'a-b-c',
    'x-a-b',
    'n.s',
    'nxs',
    '-',
    '_',
    ' ',
    'A-B',
    'a',
    'ü',
    '\n',
    "'",
    '\\',
    '1',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(piece, { maxLength: 6 }), { minLength: 1, maxLength: 40 }), async (all) => {
      const texts = all.map((pieces) => pieces.join(''));
      const rows = texts.map((text, index) => `(${index}, ${sqlText(text)})`).join(', ');
      const answer = await connection.runAndReadAll(
        `select ${names.inColumn('t')} from (values ${rows}) v(i, t) order by i`,
      );
      expect(answer.getRows().map(([named]) => named)).toEqual(texts.map((text) => names.isIn(text)));
    }),
    { numRuns: 50 },
  );
  connection.closeSync();
  instance.closeSync();
});
