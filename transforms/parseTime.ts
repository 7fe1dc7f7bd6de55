const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;
const NGINX = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{2})(\d{2})$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Times outside 2000-01-01 to 2100-01-01 are not log times; they would not fit a partition or a timestamp either. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * An ISO 8601 time with a zone as epoch milliseconds; digits finer than a millisecond are cut, never rounded, so that no
 * line moves into the next hour. Undefined without a zone: guessing one would move usage by hours.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  // Dates that do not exist would be read as the next month's.
  if (Number(match[3]) > 28 && Number(match[3]) > daysIn(Number(match[1]), Number(match[2]))) return undefined;
  const milliseconds = (match[7] ?? '').slice(0, 3).padEnd(3, '0');
  const zone = (match[8] ?? 'Z').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  return plausible(
    Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}.${milliseconds}${zone}`),
  );
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** nginx's `$time_local`, such as `23/Nov/2026:10:00:00 +0000`. */
export function parseNginxTime(text: string): number | undefined {
  const match = NGINX.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '') + 1;
  if (match === null || month === 0 || Number(match[1]) > daysIn(Number(match[3]), month)) return undefined;
  const date = `${match[3]}-${String(month).padStart(2, '0')}-${match[1]}`;
  return plausible(Date.parse(`${date}T${match[4]}:${match[5]}:${match[6]}.000${match[7]}:${match[8]}`));
}

/** The time of a JSON or logfmt line: ISO text, or the epoch in s, ms, µs or ns, told apart by size, as a number or its text. */
export function parseJsonTime(value: unknown): number | undefined {
  if (typeof value === 'number') return parseEpoch(String(value));
  if (typeof value !== 'string') return undefined;
  return parseEpoch(value) ?? parseIsoTime(value);
}

const EPOCH = /^(\d{9,19})(?:\.(\d{1,9}))?$/;

/** Digits are cut as text: a float of seconds times a thousand may fall a millisecond short. */
function parseEpoch(text: string): number | undefined {
  const [, whole = '', fraction = ''] = EPOCH.exec(text) ?? [];
  if (whole === '') return undefined;
  if (whole.length < 12) return plausible(Number(whole) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')));
  return plausible(Number(whole.length < 15 ? whole : whole.slice(0, whole.length < 18 ? -3 : -6)));
}

function plausible(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= EARLIEST && ms < LATEST ? ms : undefined;
}
