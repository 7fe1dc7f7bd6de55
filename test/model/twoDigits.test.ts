import { expect, it } from 'vitest';
import { twoDigits } from '../../model/index.js';

it('writes two digits of something small, and no exponent', () => {
  expect([0.4, 0.041, 0.00412, 1e-7, 9.96e-3, 1e-12, 1e-15].map(twoDigits)).toEqual([
    ...['0.40', '0.041', '0.0041', '0.00000010', '0.0100', '0.000000000001', '0.000000000000'],
  ]);
});
