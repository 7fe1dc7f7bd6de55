import { HOUR_MS, startOfHour } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';

/**
 * How far the data goes: the end of the last full hour that has events and that arrivals have passed. An hour still being
 * filled is not complete; a forged time in the future cannot move it, since arrivals bound it. Null without bookings.
 */
export async function watermark(engine: Engine): Promise<{ readonly dataThrough: number | null }> {
  if (engine.dataThrough !== undefined) return { dataThrough: engine.dataThrough };
  const answer = await engine.query('select max(event_hour), max(arrival_through) from booked_events');
  const [lastHour, arrival] = answer.rows[0] ?? [];
  if (typeof lastHour !== 'string' || typeof arrival !== 'string') return { dataThrough: null };
  return { dataThrough: Math.min(Date.parse(lastHour) + HOUR_MS, startOfHour(Date.parse(arrival))) };
}
