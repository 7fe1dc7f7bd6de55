import type { Engine } from '../engines/Engine.js';
import { readJournal } from '../lake/readJournal.js';

/** What all deliveries into a lake came to. */
export interface DeliveryTotals {
  readonly records: number;
  readonly accepted: number;
  readonly quarantined: Readonly<Record<string, number>>;
  /** Lines booked, and those of them left out as duplicates. */
  readonly lines: number;
  readonly duplicates: number;
}

/** Sums the import journal and the bookings. */
export async function deliveryTotals(engine: Engine, lake: string): Promise<DeliveryTotals> {
  let records = 0;
  let accepted = 0;
  const quarantined: Record<string, number> = {};
  for (const { delivery } of await readJournal(lake)) {
    records += delivery?.records ?? 0;
    accepted += delivery?.accepted ?? 0;
    for (const [reason, count] of Object.entries(delivery?.quarantined ?? {}))
      quarantined[reason] = (quarantined[reason] ?? 0) + count;
  }
  const answer = await engine.query(
    'select cast(coalesce(sum(rows), 0) as bigint), cast(coalesce(sum(duplicates), 0) as bigint) from booked_events',
  );
  const [lines, duplicates] = answer.rows[0] ?? [];
  return { records, accepted, quarantined, lines: Number(lines ?? 0), duplicates: Number(duplicates ?? 0) };
}
