import { HOUR_MS, startOfHour } from '../../model/index.js';
import { type Reach, readReach } from '../completeness/readReach.js';
import type { Engine } from '../engines/Engine.js';

/** A day after the last heartbeat nobody sends any more, and imports are no longer held back by agents. */
const AGENTS_GONE_MS = 24 * HOUR_MS;

/**
 * How far the data goes: the end of the last full hour that has events, that arrivals have passed, and that every pod still
 * sending was heard to the end of. A pod, a tenant or a cell that delivers nothing is waited for as long as
 * `completeness.grace_minutes` says, so that none holds back all; its hours are told apart by the report `completeness`. A
 * forged time in the future cannot move it, since arrivals bound it. Null without bookings.
 */
export async function watermark(engine: Engine): Promise<{ readonly dataThrough: number | null }> {
  if (engine.dataThrough !== undefined) return { dataThrough: engine.dataThrough };
  const booked = await readBooked(engine);
  if (booked === undefined) return { dataThrough: null };
  const { lastHour, arrived } = booked;
  const reaches = await readReach(engine, Math.min(lastHour + HOUR_MS, arrived));
  const furthest = Math.max(...reaches.map(({ reached }) => reached));
  const passed = startOfHour(arrived);
  if (reaches.length === 0 || arrived - furthest > AGENTS_GONE_MS) {
    return { dataThrough: Math.min(lastHour + HOUR_MS, passed) };
  }
  const heard = Math.max(
    startOfHour(furthest - (reaches[0]?.graceMs ?? 0)),
    Math.min(...reaches.map((reach) => Math.min(heardThrough(reach), startOfHour(furthest)))),
  );
  return { dataThrough: Math.min(lastHour + HOUR_MS, passed, heard) };
}

/**
 * The same for each tenant whose agents were heard in the last day: the end of the last hour that its own cell's arrivals
 * have passed and its own pods were heard to the end of, those that are waited for in vain left out. Others are as far as
 * {@link watermark} says.
 */
export async function tenantWatermarks(engine: Engine): Promise<ReadonlyMap<string, number>> {
  const booked = await readBooked(engine);
  if (booked === undefined) return new Map();
  const reaches = await readReach(engine, Math.min(booked.lastHour + HOUR_MS, booked.arrived));
  return new Map(
    reaches.map((reach) => [
      reach.tenant_id,
      Math.max(startOfHour(reach.reached - reach.graceMs), Math.min(heardThrough(reach), startOfHour(reach.reached))),
    ]),
  );
}

const heardThrough = (reach: Reach): number => startOfHour(reach.heardThrough ?? reach.reached);

async function readBooked(engine: Engine): Promise<{ lastHour: number; arrived: number } | undefined> {
  const answer = await engine.query('select max(event_hour), max(arrival_through) from booked_events');
  const [lastHour, arrived] = answer.rows[0] ?? [];
  if (typeof lastHour !== 'string' || typeof arrived !== 'string') return undefined;
  return { lastHour: Date.parse(lastHour), arrived: Date.parse(arrived) };
}
