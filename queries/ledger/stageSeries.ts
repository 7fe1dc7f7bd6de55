import {
  around,
  far,
  firstCutoff,
  moved,
  near,
  neighboursAmong,
  seriesRows,
  silent,
  standing,
  touchedBy,
  unheard,
} from './seriesSql.js';
import type { Workbench } from './Workbench.js';

/**
 * The samples of earlier bookings, as what stands behind `from`: all of them, or those of every booking that has an hour
 * from `from` (an ISO instant) on. Undefined when there are none.
 */
export type EarlierSamples = (from?: string) => string | undefined;

/** What a booking's samples come to, as queries. */
export interface StagedSeries {
  /** What changes: by series, emitter, operation and hour. */
  readonly moved: string;
  /** The samples for later bookings to find. */
  readonly rows: string;
}

/**
 * Works out what new samples of counters and distinct counts change, and what later bookings need of them. Reads the
 * samples booked near the new ones; all of them, for whether a series was ever booked, only for series not found near; and
 * samples far away only of series that were silent for longer. Undefined without samples.
 */
export async function stageSeries(
  bench: Workbench,
  samples: string,
  earlier: EarlierSamples,
): Promise<StagedSeries | undefined> {
  const touched = await bench.name('touched', touchedBy(samples));
  const cutoff = (await bench.ask(firstCutoff(touched))).rows[0]?.[0];
  if (typeof cutoff !== 'string') return undefined;
  const found = await stageNeighbours(bench, { samples, touched, cutoff, earlier });
  return {
    moved: moved(await bench.name('around', around(samples, found.neighbours))),
    rows: seriesRows(samples, found.unheard, found.silent),
  };
}

interface Sought {
  readonly samples: string;
  readonly touched: string;
  readonly cutoff: string;
  readonly earlier: EarlierSamples;
}

interface Found {
  readonly neighbours: string;
  readonly unheard: string;
  readonly silent: string;
}

async function stageNeighbours(bench: Workbench, { samples, touched, cutoff, earlier }: Sought): Promise<Found> {
  // Of the columns of booked samples: what is asked of earlier bookings has an answer without any.
  const nothing = `(select *, 0 as "first" from ${samples} where false)`;
  const known = await bench.name('known', near(earlier(cutoff) ?? nothing, touched));
  const stands = await bench.name('stands', standing(known));
  const close = await bench.keep('close', neighboursAmong(stands, touched));
  const found = await bench.keep('unheard', unheard(touched, close));
  const all = earlier();
  const none = `(select * from ${found} where false)`;
  if (all === undefined || !(await any(bench, found))) return { neighbours: close, unheard: found, silent: none };
  const long = await bench.keep('silent', silent(found, all));
  if (!(await any(bench, long))) return { neighbours: close, unheard: found, silent: none };
  const knownFar = await bench.name('known_far', far(all, long));
  const standsFar = await bench.name('stands_far', standing(knownFar));
  const distant = await bench.keep('distant', neighboursAmong(standsFar, long));
  return { neighbours: `(select * from ${close} union all select * from ${distant})`, unheard: found, silent: long };
}

async function any(bench: Workbench, relation: string): Promise<boolean> {
  return (await bench.ask(`select 1 from ${relation} limit 1`)).rows.length > 0;
}
