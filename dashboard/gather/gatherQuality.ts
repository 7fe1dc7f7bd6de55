import { QUARANTINE_REASONS, type QuarantineReason, type Window } from '../../model/index.js';
import type { Engine } from '../../queries/index.js';
import type { HourQuality, QualityData } from '../DashboardData.js';
import { askReport, type ReportRow } from './askReport.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** Rows of the heat strip, and emitters whose lag is told. */
const STRIP_ROWS = 40;
const LAG_ROWS = 10;

/** How a state of an hour is written in the strip; a blank where nothing is known. */
export const STATE_LETTERS: Readonly<Record<string, string>> = {
  complete: 'c',
  incomplete: 'i',
  open: 'o',
  declared: 'd',
  idle: 'z',
};

/** What deliveries came to, as `deliveryTotals` answers; null where the journal cannot be read. */
export interface DeliveryInput {
  readonly records: number;
  readonly accepted: number;
  readonly lines: number;
  readonly duplicates: number;
  readonly quarantined: Readonly<Record<string, number>>;
}

/** How fresh and how whole the data of a window is. */
export async function gatherQuality(
  engine: Engine,
  about: {
    readonly window: Window;
    readonly hours: readonly HourQuality[];
    readonly delivery: DeliveryInput | null;
    readonly reconciled: boolean | null;
    /** Emitters whose every hour is told; of more than these, the doubtful only. */
    readonly emitters: number;
    readonly only: string | undefined;
    readonly places: TenantPlaces;
  },
): Promise<QualityData> {
  const { window, hours, places, only } = about;
  const all = about.emitters <= STRIP_ROWS || only !== undefined;
  const judged = await askReport(engine, 'completeness', [`show=${all ? 'all' : 'doubtful'}`], window);
  const own = (row: ReportRow, column: string): boolean => only === undefined || row.text(column) === only;
  const rows = stripRows(
    judged.rows.filter((row) => own(row, 'tenant_id')),
    hours,
    places,
  );
  const late = (await askReport(engine, 'late-data', [], window)).rows.filter((row) => own(row, 'emitter'));
  const lag = (await askReport(engine, 'ingest-lag', [], window)).rows.filter((row) => own(row, 'emitter'));
  const drawn = rows.slice(0, STRIP_ROWS);
  const doubtful = rows.filter(({ doubts }) => doubts > 0).length;
  const shownDoubtful = drawn.filter(({ doubts }) => doubts > 0).length;
  return {
    strip: [
      ...(only === undefined
        ? [
            {
              tenant: -1,
              states: hours
                .map((hour, at) => letterOfAll(hour, all ? rows.map(({ states }) => states[at] ?? ' ') : []))
                .join(''),
              reason: '',
            },
          ]
        : []),
      ...drawn.map(({ doubts: _, ...row }) => row),
    ],
    sound: Math.max(0, about.emitters - doubtful),
    more: doubtful - shownDoubtful,
    late: {
      lines: late.reduce((sum, row) => sum + row.number('counted'), 0),
      of: lag.reduce((sum, row) => sum + row.number('lines'), 0),
    },
    lag: lag
      .map((row) => ({
        tenant: places.of(row.text('emitter')),
        median_ms: row.number('median_lag_ms'),
        greatest_ms: row.number('greatest_lag_ms'),
      }))
      .sort((a, b) => b.greatest_ms - a.greatest_ms || a.tenant - b.tenant)
      .slice(0, LAG_ROWS),
    delivery: about.delivery === null ? null : deliveryOf(about.delivery, about.reconciled),
  };
}

/** The worst of what is known of an hour; where not every tenant's state is, whether any is doubtful. */
function letterOfAll({ state, sound, doubtful }: HourQuality, states: readonly string[]): string {
  if (state === 'missing' || sound + doubtful === 0) return ' ';
  return ['i', 'o', 'd', 'c', 'z'].find((letter) => states.includes(letter)) ?? (doubtful > 0 ? 'i' : 'c');
}

/** A row a tenant, those with most doubtful hours first. */
function stripRows(rows: readonly ReportRow[], hours: readonly HourQuality[], places: TenantPlaces) {
  const at = new Map(hours.map(({ hour }, place) => [hour, place]));
  const tenants = new Map<string, { states: string[]; reason: string; doubts: number }>();
  for (const row of rows) {
    const id = row.text('tenant_id');
    const known = tenants.get(id) ?? { states: hours.map(() => ' '), reason: '', doubts: 0 };
    tenants.set(id, known);
    const place = at.get(Date.parse(row.text('hour')));
    const state = row.text('state');
    if (place !== undefined) known.states[place] = STATE_LETTERS[state] ?? ' ';
    if (state !== 'incomplete' && state !== 'open') continue;
    known.doubts += 1;
    if (known.reason === '') known.reason = row.text('reasons');
  }
  return [...tenants]
    .sort(([a, x], [b, y]) => y.doubts - x.doubts || (a < b ? -1 : 1))
    .map(([id, { states, reason, doubts }]) => ({ tenant: places.of(id), states: states.join(''), reason, doubts }));
}

function deliveryOf(totals: DeliveryInput, reconciled: boolean | null): NonNullable<QualityData['delivery']> {
  return {
    ...totals,
    quarantined: Object.entries(totals.quarantined)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([reason, count]) => ({ reason, count, meaning: QUARANTINE_REASONS[reason as QuarantineReason] ?? '' })),
    reconciled,
  };
}
