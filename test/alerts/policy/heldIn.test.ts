import { describe, expect, it } from 'vitest';
import { heldIn } from '../../../alerts/policy/heldIn.js';
import type { JudgedPanel } from '../../../alerts/policy/policyWindow.js';
import { HOUR_MS } from '../../../model/index.js';
import { AT, incident } from '../alertSamples.js';

const MINUTE = 60_000;

/** A window that ends at AT, of which only what is looked at is made. */
function judged(windowMs: number, amount: number, over: { service?: string; tenant?: string } = {}): JudgedPanel {
  const { service = 'DynamoDB', tenant = 'acme' } = over;
  const panel = { service, windowMs, start: AT - windowMs, tenants: [tenant], amounts: [Float64Array.of(amount)] };
  const window = { start: AT - windowMs, total: amount, tenants: [{ evidence: { tenant, amount } }] };
  return { panel, window, signal: undefined } as unknown as JudgedPanel;
}

describe('heldIn', () => {
  const [hour, minutes] = [judged(HOUR_MS, 300), judged(5 * MINUTE, 4)];
  const held = (amount: number) =>
    incident({
      tenant_id: 'acme',
      service: 'DynamoDB',
      last: { at: AT, amount, share: 0.3, ratio: 6 },
    });

  it('is the hour that opened it, and not its last five calm minutes (regression: a page told of 5 % and of less than nothing)', () => {
    expect(heldIn(held(300), [hour, minutes])).toBe(hour);
    // Of five minutes an incident has the amount an hour, as judgeRecent gives it.
    expect(heldIn(held(48), [hour, minutes])).toBe(minutes);
    expect(heldIn(held(48), [minutes, hour])).toBe(minutes);
  });

  it('is the meter whose amount it has', () => {
    const other = judged(HOUR_MS, 7);
    expect(heldIn(held(300), [hour, other])).toBe(hour);
  });

  it('is that meter in five minutes as well (regression: amounts an hour were compared with those of five minutes)', () => {
    const other = judged(5 * MINUTE, 1);
    expect(heldIn(held(48), [minutes, other])).toBe(minutes);
    expect(heldIn(held(12), [other, minutes])).toBe(other);
  });

  it('is the last that ends with it where none has the amount, and none where nothing of the service ends with it', () => {
    expect(heldIn(held(1), [hour, minutes])).toBe(minutes);
    expect(heldIn(held(300), [judged(HOUR_MS, 300, { service: 'S3' })])).toBeUndefined();
    expect(heldIn({ ...held(300), last: { ...held(300).last, at: AT + HOUR_MS } }, [hour])).toBeUndefined();
  });
});
