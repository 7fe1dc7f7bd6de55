import { describe, expect, it } from 'vitest';
import { qualityFilter } from '../../../dashboard/shared/qualityFilter.js';
import { NO_SELECTION, type Selection, select } from '../../../dashboard/shared/Selection.js';
import { stripMarkup } from '../../../dashboard/shared/stripMarkup.js';
import { sampleData } from '../sampleData.js';

const base = sampleData({ tenants: 6 });
const data = {
  ...base,
  quality: {
    ...base.quality,
    strip: [-1, 0, 1, 2].map((tenant) => ({ tenant, states: 'c'.repeat(24), reason: '' })),
  },
};
const filtered = (change: Partial<Selection>) => qualityFilter(data, select(data, { ...NO_SELECTION, ...change }));
const drawn = (change: Partial<Selection>): string[] =>
  [...stripMarkup(data, filtered(change).isChosen).matchAll(/<text x="0"[^>]*>([^<]*)</g)].map(
    ([, name]) => name ?? '',
  );

describe('the filters of the quality view', () => {
  it('say nothing and hide nothing where nothing is chosen', () => {
    expect(filtered({}).note).toBeUndefined();
    expect(filtered({ service: 'DynamoDB', window: '7d' }).note).toBeUndefined();
    expect(drawn({})).toEqual(['all tenants', 't0', 't1', 't2']);
  });

  it('choose rows of tenants, and say what they do not choose', () => {
    expect(drawn({ tenant: 't1' })).toEqual(['all tenants', 't1']);
    expect(drawn({ plan: 'free' })).toEqual(['all tenants', 't0', 't2']);
    expect(drawn({ plan: 'free', cell: 'eu-1' })).toEqual(['all tenants', 't0']);
    expect(filtered({ plan: 'free', tenant: 't0' }).note).toMatch(
      /^Rows of tenants are those of tenant t0, plan free\. All tenants' row, late lines, .* whole platform/,
    );
  });

  it('say so when a tenant that is chosen is not among the rows', () => {
    expect(drawn({ tenant: 't5' })).toEqual(['all tenants']);
    expect(filtered({ tenant: 't5' }).note).toContain('None of them is drawn');
  });
});
