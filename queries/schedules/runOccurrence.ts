import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AppError, messageOf, type ReportSchedule, type ReportTarget } from '../../model/index.js';
import type { ReportResult } from '../reports/ReportResult.js';
import { type Deliverer, type Delivery, DeliveryProblem } from './Delivery.js';
import { renderDelivery } from './renderDelivery.js';
import { ScheduleState, type StepEnd, type StepState } from './ScheduleState.js';
import { windowOfSchedule } from './scheduledTimes.js';

/** Waits between tries of what may pass: minutes after each. */
const WAITS_MS = [1, 5, 15, 60].map((minutes) => minutes * 60_000);
const MOST_TRIES = WAITS_MS.length + 1;
/** A try that has said nothing for so long died with its process. */
const ABANDONED_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

/** What runs and delivers reports, passed in. */
export interface ScheduleParts {
  readonly lake: string;
  readonly clock: () => number;
  /** Runs the report on a window; `through` is where the data ended. */
  readonly run: (
    schedule: ReportSchedule,
    window: { readonly start: number; readonly end: number },
  ) => Promise<ReportResult>;
  /** How far the data goes, epoch milliseconds; null when there is none. */
  readonly dataThrough: () => Promise<number | null>;
  readonly deliverer: (target: ReportTarget) => Promise<Deliverer>;
}

/** Where one scheduled time is. */
export interface OccurrenceStatus {
  readonly schedule: string;
  /** The scheduled time, epoch milliseconds. */
  readonly time: number;
  readonly state: 'delivered' | 'waiting' | 'pending' | 'failed' | 'skipped';
  readonly detail: string;
}

const keptSchema = z.strictObject({
  fileName: z.string(),
  contentType: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  /** The file in base64: as it is, and as mails attach it. One file holds both, so that they are of one answer. */
  plain: z.base64(),
  mail: z.base64(),
});

/**
 * Brings one scheduled time as far as it can be brought now. The report is run once and its bytes kept until every target has
 * them; a step is claimed before it is done and its end written after, so that two processes at once do it once and a killed one
 * is continued. A mail whose end is not known is marked as failed, never sent again by itself.
 *
 * @param retry an operator's word: what has failed is tried once more
 */
export async function runOccurrence(
  parts: ScheduleParts,
  schedule: ReportSchedule,
  time: number,
  retry = false,
): Promise<OccurrenceStatus> {
  const state = new ScheduleState(parts.lake, schedule.name, time);
  const status = (word: OccurrenceStatus['state'], detail: string): OccurrenceStatus => ({
    schedule: schedule.name,
    time,
    state: word,
    detail,
  });
  if ((await state.read(DELIVERED)) !== undefined) return status('delivered', 'already');
  const skipped = await state.read('skipped.json');
  if (skipped !== undefined && !retry) return status('skipped', String(skipped));
  const report = await reportStep(parts, state, schedule, time, retry);
  if (report !== 'done') return status(report.state, `report: ${report.detail}`);
  const problems: { readonly state: 'waiting' | 'pending' | 'failed'; readonly detail: string }[] = [];
  for (const target of schedule.deliver) {
    const deliverer = await parts.deliverer(target);
    const name = `target-${createHash('sha256').update(JSON.stringify(target)).digest('hex').slice(0, 12)}`;
    const ended = await step(parts, state, name, deliverer.repeatable, retry, async () =>
      deliverer.deliver(target, await keptDelivery(state, 'mail' in target)),
    );
    if (ended !== 'done') problems.push({ state: ended.state, detail: `${JSON.stringify(target)}: ${ended.detail}` });
  }
  const [worst] = [...problems].sort((a, b) => a.state.localeCompare(b.state));
  if (worst !== undefined)
    return status(
      problems.some((one) => one.state === 'failed') ? 'failed' : worst.state,
      problems.map(({ detail }) => detail).join('; '),
    );
  await state.create(DELIVERED, JSON.stringify({ at: parts.clock() }));
  await state.remove(KEPT);
  return status('delivered', `to ${schedule.deliver.length} targets`);
}

/** The report is not run yet, since its data is not there. */
class Waiting extends Error {}

type Ended = 'done' | { readonly state: 'waiting' | 'pending' | 'failed'; readonly detail: string };

/** What is kept until every target has it, and what says that there was something. */
const KEPT = 'delivery.json';
const MADE = 'made.json';
const DELIVERED = 'delivered.json';

async function reportStep(
  parts: ScheduleParts,
  state: ScheduleState,
  schedule: ReportSchedule,
  time: number,
  retry: boolean,
): Promise<Ended> {
  if ((await state.read(MADE)) !== undefined) return 'done';
  const before = await state.step('report');
  const open = await mayTry(parts, state, 'report', before, true, retry);
  if (open !== undefined) return open;
  try {
    await produce(parts, state, schedule, time);
    await state.create(MADE, JSON.stringify({ at: parts.clock() }));
    return 'done';
  } catch (error) {
    if (error instanceof Waiting) return { state: 'waiting', detail: error.message };
    const number = before.tries + 1;
    if (!(await state.begin('report', number, parts.clock())))
      return { state: 'pending', detail: 'another process has it' };
    return finish(parts, state, 'report', number, retry, error);
  }
}

async function step(
  parts: ScheduleParts,
  state: ScheduleState,
  name: string,
  repeatable: boolean,
  retry: boolean,
  work: () => Promise<void>,
): Promise<Ended> {
  const before = await state.step(name);
  const open = await mayTry(parts, state, name, before, repeatable, retry);
  if (open !== undefined) return open;
  const number = before.tries + 1;
  if (!(await state.begin(name, number, parts.clock()))) return { state: 'pending', detail: 'another process has it' };
  const problem = await work().then(
    () => undefined,
    (error: unknown) => error,
  );
  return finish(parts, state, name, number, retry, problem);
}

/** Undefined when the step may be tried now; otherwise where it is. */
async function mayTry(
  parts: ScheduleParts,
  state: ScheduleState,
  name: string,
  { tries, begun = 0, end }: StepState,
  repeatable: boolean,
  retry: boolean,
): Promise<Ended | undefined> {
  if (tries === 0) return undefined;
  const now = parts.clock();
  if (end === undefined) {
    if (now - begun < ABANDONED_MS) return { state: 'pending', detail: 'another process has it' };
    if (repeatable || retry) return undefined;
    const detail = 'the process that sent it ended before it knew whether it was sent';
    await state.end(name, tries, { at: now, outcome: 'unknown', detail });
    return { state: 'failed', detail };
  }
  if (end.outcome === 'done') return 'done';
  if (retry || end.outcome === 'interrupted') return undefined;
  if (end.outcome === 'failed' || end.outcome === 'unknown' || tries >= MOST_TRIES)
    return { state: 'failed', detail: end.detail };
  const wait = WAITS_MS[tries - 1] ?? 0;
  return now >= end.at + wait ? undefined : { state: 'pending', detail: `${end.detail}; tried again later` };
}

async function finish(
  parts: ScheduleParts,
  state: ScheduleState,
  name: string,
  number: number,
  retry: boolean,
  problem: unknown,
): Promise<Ended> {
  const at = parts.clock();
  if (problem === undefined) {
    await state.end(name, number, { at, outcome: 'done', detail: '' });
    return 'done';
  }
  const outcome = outcomeOf(problem);
  const detail = messageOf(problem);
  await state.end(name, number, { at, outcome, detail });
  if (problem instanceof AppError && problem.code === 'INTERRUPTED') throw problem;
  const over = outcome === 'failed' || outcome === 'unknown' || (number >= MOST_TRIES && !retry);
  return { state: over ? 'failed' : 'pending', detail };
}

const PASSING: ReadonlySet<string> = new Set([
  'ENGINE_BUSY',
  'ENGINE_UNAVAILABLE',
  'LAKE_BUSY',
  'READ_FAILED',
  'WRITE_FAILED',
  'TIMED_OUT',
]);

function outcomeOf(problem: unknown): StepEnd['outcome'] {
  if (problem instanceof DeliveryProblem) return problem.outcome;
  if (problem instanceof AppError && problem.code === 'INTERRUPTED') return 'interrupted';
  return problem instanceof AppError && PASSING.has(problem.code) ? 'again' : 'failed';
}

async function produce(
  parts: ScheduleParts,
  state: ScheduleState,
  schedule: ReportSchedule,
  time: number,
): Promise<void> {
  if ((await state.read(KEPT)) !== undefined) return;
  const window = windowOfSchedule(schedule, time);
  const through = await parts.dataThrough();
  const complete = through !== null && through >= window.end;
  if (!complete && parts.clock() < time + schedule.wait_hours * HOUR_MS) {
    const where = through === null ? 'nothing' : new Date(through).toISOString();
    throw new Waiting(`data goes through ${where}, the window ends ${new Date(window.end).toISOString()}`);
  }
  if (!complete && schedule.incomplete === 'fail') {
    throw new DeliveryProblem('failed', `the data of the window did not come within ${schedule.wait_hours} hours`);
  }
  const { plain, mail } = renderDelivery(schedule, window, await parts.run(schedule, window));
  const { content: _, ...told } = plain;
  const kept = { ...told, plain: base64(plain.content), mail: base64(mail.content) };
  // Whoever comes second delivers what is there, not what it made itself.
  await state.create(KEPT, JSON.stringify(kept));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function keptDelivery(state: ScheduleState, mail: boolean): Promise<Delivery> {
  const text = await state.read(KEPT);
  if (text === undefined) throw new DeliveryProblem('failed', 'what was to be delivered is gone');
  const { plain, mail: attached, ...told } = keptSchema.parse(JSON.parse(String(text)));
  return { ...told, content: Buffer.from(mail ? attached : plain, 'base64') };
}
