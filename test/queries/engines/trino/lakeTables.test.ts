import { describe, expect, it } from 'vitest';
import { lakePath, lakeTables } from '../../../../queries/engines/trino/lakeTables.js';

describe('lakeTables', () => {
  it('place files under the root of a catalogue and under a folder of it', () => {
    expect(lakePath('local:///', 'events')).toBe('local:///events');
    expect(lakePath('local:///a', 'events')).toBe('local:///a/events');
    expect(lakePath('s3://bucket/', 'events')).toBe('s3://bucket/events');
  });

  it('never mean another lake by the same schema', () => {
    const [one, same, other] = ['local:///a', 'local:///a', 'local:///b'].map(
      (place) => lakeTables('lake', place).schema,
    );
    expect(one).toBe(same);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^"lake"\."tenantscope_[0-9a-f]{12}"$/);
  });

  it('quote a place that holds a quote', () => {
    expect(lakeTables('lake', "local:///it's").createBookings.join('\n')).toContain("'local:///it''s/ledger/bookings'");
  });
});
