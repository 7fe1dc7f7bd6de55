import type { KeyObject } from 'node:crypto';
import { HOUR_MS, type RateCard, startOfHour, type Tenant, type UtcDay, type Window } from '../model/index.js';
import { describeCompleteness, doubtfulDays, type Engine, streamUsageByDay, watermark } from '../queries/index.js';
import { lateCorrections } from './close/lateCorrections.js';
import { openPeriodLog } from './close/openPeriodLog.js';
import { billedParts } from './close/PeriodEntry.js';
import type { BegunPeriod } from './close/PeriodLog.js';
import { hashOf } from './package/billingIds.js';
import type { ExportHome } from './package/ExportHome.js';
import type { ExportSettings } from './package/ExportSettings.js';
import type { ClosedAs } from './package/mustBeAsClosed.js';
import type { MeasuredMeter } from './package/Reconciliation.js';
import { SnapshotHash } from './package/SnapshotHash.js';
import { type WrittenPackage, writePackage } from './package/writePackage.js';
import { focusTime, monthWindow, nextPeriod } from './period.js';
import { cardHash } from './rates/priceBook.js';
import { planPeriod } from './rating/planPeriod.js';
import { inBillOrder, rateStream } from './rating/rateStream.js';
import { usedWithin } from './usedWithin.js';

/** What an export of a month is asked for with. */
export interface ExportRequest {
  readonly engine: Engine;
  /** `YYYY-MM`. */
  readonly period: string;
  /** Where all exports are. */
  readonly home: ExportHome;
  readonly settings: ExportSettings;
  readonly tenants: readonly Tenant[];
  readonly rateCards: readonly RateCard[];
  readonly signingKey: KeyObject | undefined;
  readonly generator: { readonly name: string; readonly version: string };
  readonly onProgress?: (done: { readonly tenants: number; readonly rows: number }) => void;
  /** Rows of a part of Cost and Usage; replaced in tests. */
  readonly partRows?: number;
}

/**
 * Rates a month and writes its package. An open month is rated by what stands now, and the first one after the last that was
 * closed takes the corrections of those before. A month whose close has begun is rated by what was frozen then, so that it
 * comes out the same whenever it is exported. The month is over when the data reaches its end, not when the clock does.
 * Throws what `planPeriod` and `writePackage` throw, CHECK_FAILED for a closed month whose usage in the ledger is not what it was
 * closed with, and INPUT_INVALID for a damaged log of periods.
 */
export async function exportPeriod(request: ExportRequest): Promise<WrittenPackage> {
  await request.home.prepare();
  const log = await openPeriodLog(request.home, request.settings.exportName);
  const state = log.of(request.period);
  const before = log.closed().filter(({ period }) => period < request.period);
  return state.state === 'open' ? exportOpen(request, before) : exportBegun(request, state, before);
}

async function exportOpen(request: ExportRequest, closed: readonly BegunPeriod[]): Promise<WrittenPackage> {
  const { engine, period } = request;
  const window = monthWindow(period);
  const { dataThrough } = await watermark(engine);
  const last = closed.at(-1);
  return write(request, {
    ...request,
    // Corrections are billed once: in the month that follows the last one closed.
    closed: last !== undefined && nextPeriod(last.period) === period ? closed : [],
    dataThrough,
    completeness: await describeSoFar(engine, window, dataThrough),
    doubtful: await doubtfulDays(engine, window),
    begun: undefined,
  });
}

/** How complete a month is; of one whose hours have not all come, those that have: hours to come are not missing. */
async function describeSoFar(engine: Engine, window: Window, dataThrough: number | null): Promise<string> {
  if (dataThrough === null || dataThrough >= window.end) return describeCompleteness(engine, window);
  const end = Math.max(window.start, startOfHour(dataThrough));
  const hours = (until: number): number => (until - window.start) / HOUR_MS;
  const runs = `the month runs until ${focusTime(window.end)}, ${hours(end)} of ${hours(window.end)} hours are over`;
  if (end === window.start) return runs;
  return `${runs}; of those: ${await describeCompleteness(engine, { start: window.start, end })}`;
}

function exportBegun(
  request: ExportRequest,
  begun: BegunPeriod,
  closed: readonly BegunPeriod[],
): Promise<WrittenPackage> {
  const { facts } = begun;
  return write(request, {
    settings: { ...request.settings, ...facts.settings },
    tenants: facts.tenants,
    rateCards: facts.rate_cards,
    closed,
    dataThrough: facts.data_through,
    completeness: facts.completeness,
    doubtful: new Map(Object.entries(facts.doubtful).map(([tenant, days]) => [tenant, new Set<string>(days)])),
    begun,
  });
}

interface Basis {
  readonly settings: ExportSettings;
  readonly tenants: readonly Tenant[];
  readonly rateCards: readonly RateCard[];
  /** Periods whose corrections belong into this one. */
  readonly closed: readonly BegunPeriod[];
  readonly dataThrough: number | null;
  readonly completeness: string;
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  readonly begun: BegunPeriod | undefined;
}

async function write(request: ExportRequest, basis: Basis): Promise<WrittenPackage> {
  const { engine, period } = request;
  const { begun, settings, tenants } = basis;
  const plan = planPeriod({ period, rateCards: basis.rateCards, tenants });
  const { window } = plan;
  const through = begun?.facts.booked_through;
  const bounds = through === undefined ? {} : { bookedThrough: through };
  const from = basis.closed.at(-1)?.facts.booked_through;
  const corrections =
    from === undefined
      ? { rows: new Map(), former: [] }
      : await lateCorrections({
          ...{ engine, closed: basis.closed, from, tenants, into: window },
          ...(through === undefined ? {} : { to: through }),
        });
  const measured = await measuredMeters(engine, window, through);
  const payers = inBillOrder([...tenants, ...corrections.former]);
  const former = new Set<string>(corrections.former.map(({ id }) => id));
  const snapshot = new SnapshotHash();
  const order = payers.filter(({ id }) => !former.has(id)).map(({ id }) => id);
  const over = basis.dataThrough !== null && basis.dataThrough >= window.end;
  const steps = rateStream({
    plan,
    tenants: payers,
    former,
    usage: snapshot.over(streamUsageByDay(engine, window, order, bounds)),
    over,
    corrections: (tenant) => corrections.rows.get(tenant.id) ?? [],
  });
  const corrected = corrections.rows.size === 0 ? [] : basis.closed.flatMap(({ facts }) => facts.rate_cards);
  const cards = [...corrected, ...plan.versions.map(({ card }) => card)];
  const closedAs = begun === undefined ? undefined : await closedPackage(request, begun);
  return writePackage({
    ...{ home: request.home, plan, settings, steps, snapshot, measured, over },
    status: begun?.approved === undefined ? 'provisional' : 'final',
    rateCards: [...new Map(cards.map((card) => [cardHash(card), card])).values()],
    registryHash: hashOf(...tenants.map((tenant) => JSON.stringify(billedParts(tenant))).sort()),
    dataThrough: basis.dataThrough === null ? null : Math.min(basis.dataThrough, window.end),
    bookedThrough: through ?? null,
    completeness: basis.completeness,
    doubtful: basis.doubtful,
    closed:
      begun?.approved === undefined
        ? null
        : {
            at: begun.approved.at,
            preparedBy: begun.begun.by,
            approvedBy: begun.approved.by,
            acceptedIncomplete: begun.facts.accepted_incomplete,
          },
    ...(closedAs === undefined ? {} : { closedAs }),
    generator: request.generator,
    signingKey: request.signingKey,
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
    ...(request.partRows === undefined ? {} : { partRows: request.partRows }),
  });
}

/** What a closed period was closed with. Its package may have been moved away; the log of periods has the total. */
async function closedPackage({ home, settings }: ExportRequest, begun: BegunPeriod): Promise<ClosedAs | undefined> {
  if (begun.closed === undefined) return undefined;
  const { billed, export_version: version } = begun.closed;
  const stored = await home.versions(settings.exportName, begun.period).read(version);
  return { billed, version, snapshotId: stored?.manifest.source.snapshot_id };
}

/** What the ledger holds of a window by meter: the other side of the reconciliation. */
async function measuredMeters(engine: Engine, window: Window, through?: UtcDay): Promise<readonly MeasuredMeter[]> {
  const booked = through === undefined ? '' : ` and booked_date <= '${through}'`;
  const answer = await engine.query(`select service, meter, unit, cast(sum(quantity_micros) as decimal(38, 0))
    from ledger where ${usedWithin(window)}${booked}
    group by service, meter, unit order by service, meter, unit`);
  return answer.rows.map(([service, meter, unit, sum]) => ({
    service: String(service),
    meter: String(meter),
    unit: String(unit),
    quantity_micros: BigInt(String(sum)),
  }));
}
