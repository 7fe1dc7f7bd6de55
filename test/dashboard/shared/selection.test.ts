import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NO_SELECTION,
  readSelection,
  SORTS,
  select,
  VIEWS,
  writeSelection,
} from '../../../dashboard/shared/Selection.js';
import { sampleData } from '../sampleData.js';

const word = fc.string({ maxLength: 40, unit: 'grapheme' });

describe('the address', () => {
  it('says a selection in full: what is written is read again', () => {
    const selection = fc.record({
      view: fc.constantFrom('' as const, ...VIEWS.map(([name]) => name)),
      ...{ window: word, service: word, tenant: word, plan: word, cell: word, find: word },
      sort: fc.constantFrom(...SORTS),
      order: fc.constantFrom('up' as const, 'down' as const),
      page: fc.integer({ min: 1, max: 1000 }),
      scale: fc.constantFrom('share' as const, 'amount' as const),
    });
    fc.assert(
      fc.property(selection, (chosen) => {
        expect(readSelection(writeSelection(chosen))).toEqual(chosen);
      }),
    );
    expect(writeSelection(NO_SELECTION)).toBe('#');
  });

  it('reads anything, and believes what it knows', () => {
    fc.assert(
      fc.property(fc.string(), (hash) => {
        const read = readSelection(hash);
        expect(read.page).toBeGreaterThanOrEqual(1);
        expect(SORTS).toContain(read.sort);
      }),
    );
    expect(readSelection('#view=elsewhere&sort=secret&page=-3&order=sideways')).toEqual(NO_SELECTION);
  });
});

describe('select', () => {
  it('stands in for what is not there, and says so', () => {
    const selected = select(sampleData(), {
      ...NO_SELECTION,
      window: '9d',
      service: 'SQS',
      tenant: 'nobody',
      plan: 'x',
      cell: 'y',
    });
    expect(selected).toMatchObject({ window: { key: '24h' }, service: { service: 'DynamoDB' }, tenant: undefined });
    expect(selected.unknown).toEqual(['window 9d', 'service SQS', 'tenant nobody', 'plan x', 'cell y']);
    expect(selected.includes(3)).toBe(true);
  });

  it('finds what is there', () => {
    const selected = select(sampleData(), {
      ...NO_SELECTION,
      window: '7d',
      service: 'Ingress',
      tenant: 't3',
      plan: 'pro',
      cell: 'eu-1',
    });
    expect(selected).toMatchObject({ window: { key: '7d' }, service: { service: 'Ingress' }, tenant: 3, unknown: [] });
    expect([0, 1, 2, 3, 15].filter(selected.includes)).toEqual([3]);
  });
});
