import { AppError, isUtcDay, type UtcDay, type Window } from '../../model/index.js';
import {
  describeCompleteness,
  doubtfulDays,
  doubtfulHours,
  type Engine,
  reasonsOf,
  watermark,
} from '../../queries/index.js';
import { mustNameProvider } from '../package/ExportSettings.js';
import { focusTime, monthWindow } from '../period.js';
import { planPeriod } from '../rating/planPeriod.js';
import { usedWithin } from '../usedWithin.js';
import type { CloseRequest } from './CloseRequest.js';
import type { PeriodFacts } from './PeriodEntry.js';
import type { BegunPeriod } from './PeriodLog.js';

const NAMED = 20;

/**
 * What a period is to be billed by, if its data is all there: the month over, everything of it booked on dates that are
 * sealed, and every hour of every tenant complete. Throws CHECK_FAILED naming tenants and hours.
 */
export async function gatherFacts(request: CloseRequest, closed: readonly BegunPeriod[]): Promise<PeriodFacts> {
  const { engine, period, settings, tenants, acceptIncomplete } = request;
  mustNameProvider(settings.provider);
  const window = monthWindow(period);
  const { versions } = planPeriod({ period, rateCards: request.rateCards, tenants });
  const { dataThrough } = await watermark(engine);
  if (dataThrough === null || dataThrough < window.end) {
    throw notYet('the month is not over', {
      expected: `data through ${focusTime(window.end)}`,
      got: dataThrough === null ? 'nothing booked' : `data through ${focusTime(dataThrough)}`,
      hint: 'run: tenantscope ledger build',
    });
  }
  const through = sealedThrough(request.sealed);
  const last = closed.at(-1)?.facts.booked_through;
  if (last !== undefined && through < last) {
    throw notYet('the ledger was closed further before', { expected: `dates sealed through ${last}`, got: through });
  }
  if (!request.leaveLate) await mustBeSealed(engine, window, through);
  if (acceptIncomplete === undefined) await mustBeComplete(engine, window);
  const doubtful = (await doubtfulDays(engine, window)) ?? new Map<string, ReadonlySet<string>>();
  return {
    booked_through: through,
    data_through: window.end,
    completeness: await describeCompleteness(engine, window),
    doubtful: Object.fromEntries([...doubtful].map(([tenant, days]) => [tenant, [...days].sort() as UtcDay[]])),
    accepted_incomplete: acceptIncomplete ?? null,
    settings: {
      provider: settings.provider,
      host: settings.host,
      paymentTerms: settings.paymentTerms,
      services: { ...settings.services },
    },
    rate_cards: versions.map(({ card }) => card),
    tenants: [...tenants],
  };
}

function sealedThrough(sealed: readonly string[]): UtcDay {
  const last = sealed.at(-1);
  if (last !== undefined && isUtcDay(last)) return last;
  throw notYet('no date of booking is sealed', {
    expected: 'a ledger whose bookings of past dates are sealed',
    got: 'none',
    hint: 'run tenantscope ledger build on the day after the last booking',
  });
}

/** What was booked on a date that is not over may still change. */
async function mustBeSealed(engine: Engine, window: Window, through: UtcDay): Promise<void> {
  const answer = await engine.query(`select tenant_id, min(event_hour), max(booked_date), count(*) over () from ledger
    where ${usedWithin(window)} and booked_date > '${through}'
    group by tenant_id order by tenant_id limit ${NAMED}`);
  const [first] = answer.rows;
  if (first === undefined) return;
  const names = answer.rows.map(
    ([tenant, hour, booked]) => `${String(tenant)} ${shortHour(Date.parse(String(hour)))}, booked ${String(booked)}`,
  );
  throw notYet('usage of the month was booked on a date that is not sealed', {
    expected: `all of it booked by ${through}, the last date that is sealed`,
    got: `later bookings of ${String(first[3])} tenant(s): ${names.join('; ')}`,
    hint: 'run tenantscope ledger build when that date is over, or leave it to corrections with --leave-late',
  });
}

async function mustBeComplete(engine: Engine, window: Window): Promise<void> {
  const { count, first } = await doubtfulHours(engine, window, NAMED);
  if (count === 0) return;
  const names = first.map(
    (hour) => `  ${hour.tenant_id} ${shortHour(hour.hour)}: ${hour.state}, ${reasonsOf(hour).join('; ')}`,
  );
  const more = count > first.length ? [`  and ${count - first.length} more`] : [];
  throw notYet(`${count} tenant-hour(s) are not complete`, {
    expected: 'every hour of every tenant complete, or declared so',
    got: `\n${[...names, ...more].join('\n')}`,
    hint: 'see tenantscope report run completeness; what is lost for good is accepted with --accept-incomplete "why"',
  });
}

const shortHour = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function notYet(summary: string, details: { expected: string; got: string; hint?: string }): AppError {
  return new AppError('CHECK_FAILED', `the period cannot be closed: ${summary}`, details);
}
