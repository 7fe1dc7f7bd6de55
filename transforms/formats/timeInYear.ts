const DAY_MS = 24 * 3_600_000;

/**
 * A time that was printed without its year: the latest that is not more than a day after `reference`, so that a line of
 * 31 December that arrives on 1 January is of last year, and a clock that runs ahead costs no year. UTC; undefined for a
 * date or time that does not exist.
 *
 * @param given the year, when it was printed after all
 */
export function timeInYear(
  month: number,
  day: number,
  clock: string,
  reference: number,
  given?: number,
): number | undefined {
  const [hours = '', minutes = '', seconds = ''] = clock.split(':');
  const [whole = '', fraction = ''] = seconds.split('.');
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const year = new Date(reference).getUTCFullYear();
  for (const candidate of given === undefined ? [year + 1, year, year - 1] : [given]) {
    const at = Date.UTC(candidate, month - 1, day, Number(hours), Number(minutes), Number(whole), ms);
    const made = new Date(at);
    const exists =
      made.getUTCMonth() === month - 1 && made.getUTCDate() === day && Number(hours) < 24 && Number(minutes) < 60;
    if (exists && (given !== undefined || at <= reference + DAY_MS)) return at;
  }
  return undefined;
}
