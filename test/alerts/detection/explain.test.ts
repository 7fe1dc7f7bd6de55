import { expect, it } from 'vitest';
import { percent } from '../../../alerts/detection/explain.js';

it('says shares as people do, and never nothing of something (regression: a median of 9,999 peers was "0 %")', () => {
  expect([0.3, 0.05, 0.0541, 0.004, 0.0006, 0.0000412, 0].map(percent)).toEqual([
    ...['30 %', '5 %', '5.4 %', '0.4 %', '0.1 %', '0.0041 %', '0 %'],
  ]);
});
