import { AppError, isoInstant } from '../../model/index.js';
import { exportPeriod } from '../exportPeriod.js';
import { billedTotal } from '../formatExport.js';
import type { WrittenPackage } from '../package/writePackage.js';
import type { CloseRequest } from './CloseRequest.js';
import { gatherFacts } from './gatherFacts.js';
import { openPeriodLog } from './openPeriodLog.js';
import type { NextEntry, PeriodLog, PeriodState } from './PeriodLog.js';

/**
 * Begins to close a period: what it is billed by is frozen, and exports of it show just that until it is approved or given
 * up. Throws CHECK_FAILED while its data is not all there, naming tenants and hours, CONFIG_INVALID without a provider,
 * and LAKE_BUSY, PERMISSION_DENIED for a period whose close has begun already.
 */
export async function beginClose(request: CloseRequest, by: string): Promise<void> {
  await request.home.prepare();
  const log = await openPeriodLog(request.home, request.settings.exportName);
  mustBeOpen(log.of(request.period), request.period);
  mustFollow(log, request.period);
  const facts = await gatherFacts(request, log.closed());
  const at = isoInstant(request.clock());
  await claim(log, { kind: 'closing', period: request.period, at, by, facts });
}

/** Gives up a close that was begun and not approved. Throws PERMISSION_DENIED for any other. */
export async function reopenPeriod(request: CloseRequest, by: string, reason: string): Promise<void> {
  const { period, clock } = request;
  const log = await openPeriodLog(request.home, request.settings.exportName);
  const { state } = log.of(period);
  if (state !== 'closing') {
    throw new AppError('PERMISSION_DENIED', 'this close cannot be given up', {
      expected: 'a period whose close has begun and is not approved',
      got: `${period}, which is ${state}`,
      hint: 'what is closed stays: later usage becomes corrections in the next period',
    });
  }
  await claim(log, { kind: 'reopened', period, at: isoInstant(clock()), by, reason });
}

/**
 * Closes a period: approves what was frozen (freezing it first where nobody has), writes the final package, and records it. A
 * close that was cut short is taken up where it was by the same person; the package comes out the same. Of several at once
 * one wins, and the others are told by whom. Throws as {@link beginClose} and `exportPeriod`.
 */
export async function closePeriod(request: CloseRequest, approvedBy: string): Promise<WrittenPackage> {
  const { period, clock, home, settings } = request;
  let log = await openPeriodLog(home, settings.exportName);
  let state = log.of(period);
  if (state.state === 'open') {
    await beginClose(request, approvedBy);
    log = await openPeriodLog(home, settings.exportName);
    state = log.of(period);
  }
  if (state.state === 'closed') throw alreadyClosed(state, period);
  if (state.state === 'approved' && state.approved?.by !== approvedBy) throw busy(state, period);
  if (state.state === 'closing') {
    await claim(log, { kind: 'approved', period, at: isoInstant(clock()), by: approvedBy });
    state = log.of(period);
  }
  const written = await exportPeriod(request);
  const { manifest, version, sha256 } = written;
  await claim(log, {
    ...{ kind: 'closed', period, by: approvedBy, export_id: manifest.export_id },
    at: isoInstant(clock()),
    ...{ export_version: version, manifest_sha256: sha256, billed: { [manifest.currency]: billedTotal(manifest) } },
  });
  return written;
}

/** Adds an entry, or says who was first. */
async function claim(log: PeriodLog, entry: NextEntry): Promise<void> {
  if (await log.add(entry)) return;
  const state = log.of(entry.period);
  if (state.state === 'closed') throw alreadyClosed(state, entry.period);
  throw busy(state, entry.period);
}

function mustBeOpen(state: PeriodState, period: string): void {
  if (state.state === 'closed') throw alreadyClosed(state, period);
  if (state.state !== 'open') throw busy(state, period);
}

function alreadyClosed(state: PeriodState, period: string): AppError {
  const closed = state.state === 'open' ? undefined : state.closed;
  return new AppError('PERMISSION_DENIED', 'the period is closed', {
    expected: 'an open period',
    got: `${period}, closed at ${closed?.at ?? ''} by ${closed?.by ?? ''} with version ${closed?.export_version ?? ''}`,
    hint: 'what is closed stays: later usage becomes corrections in the next period',
  });
}

function busy(state: PeriodState, period: string): AppError {
  const who = state.state === 'open' ? 'someone else' : (state.approved ?? state.begun).by;
  const since = state.state === 'open' ? '' : ` since ${isoInstant((state.approved ?? state.begun).at)}`;
  return new AppError('LAKE_BUSY', 'another close has been begun', {
    where: period,
    got: `${state.state} by ${who}${since}`,
    hint: 'approve it with --approved-by, give it up with --reopen; one that was cut short is finished by the same name',
  });
}

/** Periods are closed one after the other, so that each correction has one period to go to. */
function mustFollow(log: PeriodLog, period: string): void {
  const next = log.next();
  if (next === undefined || next === period) return;
  throw new AppError('PARAMETER_INVALID', 'periods are closed in their order', {
    where: '--period',
    expected: next,
    got: period,
  });
}
