import { describe, expect, it } from 'vitest';
import { augurs } from '../../../bench/detection/augurs.js';
import { foundNoisy, restingFlags } from '../../../bench/detection/oneWindow.js';
import { WINDOW_POPULATIONS } from '../../../bench/detection/populations.js';
import { TEXTBOOKS } from '../../../bench/detection/textbooks.js';

const fives = (count: number): readonly number[] => Array.from({ length: count }, () => 5);

describe('augurs', () => {
  it.each([
    ['one of fifteen', [30, ...fives(14)], [0]],
    ['one of four', [30, ...fives(3)], [0]],
    ['ten equal ones', fives(10), []],
    ['two whales, of which one hides the other', [60, 30, ...fives(12)], []],
    ['one of two', [30, 5], []],
  ])('by DBSCAN at .5: %s', (_, amounts, flagged) => {
    expect(augurs('dbscan', 0.5)(amounts)).toEqual(flagged);
  });

  it('needs a higher sensitivity for two whales, and flags three of ten without any at that', () => {
    expect(augurs('dbscan', 0.9)([60, 30, ...fives(12)])).toEqual([0, 1]);
    const lognormal = [0.42, 0.7, 0.8, 0.9, 1, 1.1, 1.3, 2.4, 3.6, 5.5];
    expect(augurs('dbscan', 0.9)(lognormal)).toEqual([7, 8, 9]);
  });

  it('by MAD says nothing where it is zero', () => {
    expect(augurs('mad', 0.5)([30, ...fives(14)])).toEqual([]);
    expect(augurs('mad', 0.5)([30, 4, 5, 5.5, 6, 4.5, 5.2])).toEqual([0]);
  });
});

describe('the rules in one window without a past', () => {
  // Of the published simulation: flags of 10 tenants, and of 100.
  it.each([
    ['lognormal .2', 'P, strong', 0, 0],
    ['lognormal .2', 'IH 3.5, raw', 0.15, 0.46],
    ['lognormal .5', 'P, strong', 0.007, 0.02],
    ['lognormal .5', 'IH 3.5, raw', 0.36, 2.5],
    ['lognormal 1', 'P, strong', 0.11, 0.03],
    ['lognormal 1', 'IH 3.5, log', 0.1, 0.05],
    ['lognormal 1', 'Tukey', 0.84, 7.8],
    ['lognormal 1', 'augurs DBSCAN .5', 0.36, 0.09],
    ['Pareto 1.2', 'P, strong', 0.69, 6.4],
    ['Pareto 1.2', 'IH 3.5, raw', 1.5, 14],
    ['Pareto 1.2', 'augurs DBSCAN .5', 0.64, 0.46],
    ['60 % idle', 'P, strong', 0, 0.013],
    ['60 % idle', 'Tukey', 0.7, 3],
    ['60 % idle', 'augurs DBSCAN .5', 0.78, 0.01],
    ['tiers 1x, 8x', 'P, strong', 1.8, 24],
    ['tiers 1x, 8x', 'IH 3.5, raw', 2.2, 30],
    ['tiers 1x, 8x', 'Tukey', 0.7, 4.8],
    ['tiers 1x, 8x', 'augurs DBSCAN .5', 1, 0],
  ])('of %s by %s flag %s and %s', (population, rule, ten, hundred) => {
    const draw = WINDOW_POPULATIONS[population] ?? (() => 0);
    const near = (wanted: number): number => 0.03 + 0.15 * wanted;
    expect(Math.abs((restingFlags(draw, 10, 400).get(rule) ?? 99) - ten)).toBeLessThanOrEqual(near(ten));
    expect(Math.abs((restingFlags(draw, 100, 400).get(rule) ?? 99) - hundred)).toBeLessThanOrEqual(near(hundred));
  });

  it.each([
    [4, 1, 0.04],
    [5, 1, 0.73],
    [8, 1, 1],
    [15, 1, 1],
    [20, 3, 1],
    [20, 6, 1],
    [100, 12, 1],
    [1000, 20, 1],
  ])('of %s tenants P finds %s at ×6 as often as published: %s', (tenants, noisy, part) => {
    const [found = 0, others = 1] = foundNoisy(tenants, noisy, tenants > 100 ? 20 : 200).get('P, strong') ?? [];
    expect(found).toBeGreaterThanOrEqual(part - 0.1);
    expect(found).toBeLessThanOrEqual(part + 0.1);
    expect(others).toBe(0);
  });

  it('Tukey, three deviations and Iglewicz-Hoaglin see what they are known to see', () => {
    const few = [30, ...fives(9)];
    expect(TEXTBOOKS['mean+3sd']?.(few)).toEqual([]);
    expect(TEXTBOOKS.Tukey?.(few)).toEqual([0]);
    expect(TEXTBOOKS['IH 3.5, raw']?.(few)).toEqual([0]);
    expect(TEXTBOOKS['IH 3.5, log']?.([0, 0, ...few])).toEqual([2]);
  });
});
