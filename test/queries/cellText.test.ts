import { expect, it } from 'vitest';
import { cellText } from '../../queries/reports/formats/cellText.js';

const amount = { name: 'amount', type: 'decimal(38,18)', unit: 'see basis' };

it.each([
  ['0', '0'],
  ['162000', '162000'],
  ['0.0256', '0.0256'],
  ['1.00004', '1'],
  ['0.00005', '0.0001'],
])('shows the amount %s with at most four decimals: %s', (value, shown) => {
  expect(cellText(amount, value)).toBe(shown);
});

// A tenant with 6.9 % of a service was shown with an amount of 0 USD.
it.each([
  ['0.00001182816', '0.000012'],
  ['0.000000000000000001', '0.000000000000000001'],
])('shows an amount that is not nothing as something: %s as %s', (value, shown) => {
  expect(cellText(amount, value)).toBe(shown);
});
