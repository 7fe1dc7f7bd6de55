import { expect, it } from 'vitest';
import { listed } from '../../cli/listed.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('lists forty, and counts what is more', () => {
  expect(listed([], String)).toEqual([]);
  expect(listed([1, 2], String)).toEqual(['  1', '  2']);
  expect(listed(numbers(40), String).at(-1)).toBe('  40');
  expect(listed(numbers(42), String).slice(39)).toEqual(['  40', '  and 2 more; --json has all']);
});
