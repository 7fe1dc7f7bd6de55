import { describe, expect, it } from 'vitest';
import { attribute, type DimensionUsage } from '../../../alerts/detection/attribute.js';

const of = (
  dimension: DimensionUsage['dimension'],
  now: Record<string, number>,
  before: Record<string, number>,
): DimensionUsage => ({ dimension, now: new Map(Object.entries(now)), before: new Map(Object.entries(before)) });

describe('what makes up an excess', () => {
  it('is the table it was injected into, not the mix that was always there', () => {
    const usage = [
      of('operation', { Query: 420, PutItem: 80 }, { Query: 800, PutItem: 200 }),
      of('resource', { plays: 440, songs: 30, users: 30 }, { plays: 400, songs: 300, users: 300 }),
    ];
    const [found, another] = attribute(usage, 100);
    expect(found).toMatchObject({ dimension: 'resource', value: 'plays', actual: 440, expected: 40 });
    expect(found?.part).toBeCloseTo(1);
    expect(another).toBeUndefined();
  });

  it('is the fewest that explain two thirds, at most three', () => {
    const before = { a: 25, b: 25, c: 25, d: 25 };
    expect(
      attribute([of('resource', { a: 225, b: 125, c: 25, d: 25 }, before)], 100).map(({ value }) => value),
    ).toEqual(['a', 'b']);
    expect(attribute([of('resource', { a: 100, b: 100, c: 100, d: 100 }, before)], 100)).toHaveLength(3);
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`t${index}`, 10]));
    expect(attribute([of('resource', many, many)], 20)).toEqual([]);
  });

  it('is nothing where there is no excess, or but one value', () => {
    expect(attribute([of('resource', { a: 10, b: 10 }, { a: 10, b: 10 })], 20)).toEqual([]);
    expect(attribute([of('resource', { a: 100 }, { a: 10 })], 20)).toEqual([]);
    expect(attribute([], 0)).toEqual([]);
  });

  it('is what is new, where there was nothing before', () => {
    expect(attribute([of('operation', { Scan: 90, Query: 10 }, {})], 0)).toMatchObject([{ value: 'Scan', part: 0.9 }]);
  });
});
