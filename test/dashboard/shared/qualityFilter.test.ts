import { describe, expect, it } from 'vitest';
import { chosenLag, qualityFilter } from '../../../dashboard/shared/qualityFilter.js';
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

  it('say why there is no lag of a tenant that is not among the slowest: the table was gone without a word', () => {
    const lag = [0, 2].map((tenant) => ({ tenant, median_ms: 1000, greatest_ms: 60_000 }));
    const of = { ...data, quality: { ...data.quality, lag } };
    const shown = (tenant?: string, slow = of) =>
      chosenLag(
        slow,
        qualityFilter(slow, select(slow, { ...NO_SELECTION, ...(tenant === undefined ? {} : { tenant }) })).isChosen,
      );
    expect(shown()).toEqual({ rows: lag, note: undefined });
    expect(shown('t2')).toEqual({ rows: lag.slice(1), note: undefined });
    expect(shown('t5')).toEqual({
      rows: [],
      note: 'How long after an hour its last line arrived is told of the 2 slowest tenants only: none that is chosen is among them, or had lines in this window.',
    });
    const none = { ...of, quality: { ...of.quality, lag: [] } };
    expect(shown('t5', none).note).toMatch(/^No lines came in this window/);
  });

  it('say so when a tenant that is chosen is not among the rows', () => {
    expect(drawn({ tenant: 't5' })).toEqual(['all tenants']);
    expect(filtered({ tenant: 't5' }).note).toContain('None of them is drawn');
  });
});
