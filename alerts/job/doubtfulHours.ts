import type { HourCompleteness } from '../../queries/index.js';

/**
 * Why hours are not judged, by their start: too few of the tenants with agents are complete.
 *
 * @param leastComplete part of the tenant-hours that must be, 0 to 1
 */
export function doubtfulHours(hours: readonly HourCompleteness[], leastComplete: number): ReadonlyMap<number, string> {
  return new Map(
    hours.flatMap(({ hour, sound, doubtful, tenants }): [number, string][] => {
      const part = sound / Math.max(1, sound + doubtful);
      if (doubtful === 0 || part >= leastComplete) return [];
      const named = `${tenants.join(', ')}${doubtful > tenants.length ? ', …' : ''}`;
      return [[hour, `of ${sound + doubtful} tenants only ${sound} are complete (missing: ${named})`]];
    }),
  );
}
