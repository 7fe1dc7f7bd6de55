import type { LogEntry } from '../../model/index.js';
import type { ObjectIndex } from '../lake/ObjectIndex.js';
import { manifestsOf } from './ledgerLog.js';

/**
 * The booked dates that cannot be computed again, since lines of theirs are past their retention, and why, in words. Only
 * sealed and merged dates lose lines, so a date goes as a whole.
 */
export function expiredDates(log: readonly LogEntry[], index: ObjectIndex): ReadonlyMap<string, string> {
  const objects = new Map<string, { all: number; expired: number }>();
  for (const { manifest } of manifestsOf(log)) {
    const count = objects.get(manifest.booked_date) ?? { all: 0, expired: 0 };
    for (const { object } of manifest.objects) {
      count.all += 1;
      if (index.whereabouts(object).state === 'expired') count.expired += 1;
    }
    objects.set(manifest.booked_date, count);
  }
  return new Map(
    [...objects]
      .filter(([, { expired }]) => expired > 0)
      .map(([date, { all, expired }]) => [date, `${expired} of its ${all} objects are past their retention`]),
  );
}
