const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})$/;
const NGINX = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{2})(\d{2})$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Times outside 2000-01-01 to 2100-01-01 are not log times; they would not fit a partition or a timestamp either. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

let lastSecondText = '';
let lastSecond: number | undefined;

/**
 * An ISO 8601 time with a zone as epoch milliseconds; digits finer than a millisecond are cut, never rounded, so that no
 * line moves into the next hour. Undefined without a zone: guessing one would move usage by hours.
 */
export function parseIsoTime(text: string): number | undefined {
  const near = nearLastSecond(text);
  if (near !== undefined) return near;
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const second = utcSecond(text.slice(0, 19));
  if (second === undefined) return undefined;
  const fraction = match[1] ?? '';
  const milliseconds =
    fraction === '' ? 0 : Number(fraction.length > 3 ? fraction.slice(0, 3) : fraction.padEnd(3, '0'));
  const zone = match[2] ?? 'Z';
  return plausible(second + milliseconds - (zone === 'Z' ? 0 : offsetOf(zone)));
}

const ZERO = 48;

/** A time in UTC of the second of the last one, which needs only its fraction read; undefined for any other. */
function nearLastSecond(text: string): number | undefined {
  const end = text.length - 1;
  if (lastSecond === undefined || end < 21 || end > 29 || !text.startsWith(lastSecondText)) return undefined;
  if (text[19] !== '.' || text[end] !== 'Z') return undefined;
  let milliseconds = 0;
  for (let at = 20, weight = 100; at < end; at += 1, weight /= 10) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    if (weight >= 1) milliseconds += digit * weight;
  }
  return plausible(lastSecond + milliseconds);
}

/** Date and time of day as if in UTC. Lines come in order: the second of one is mostly that of the last. */
function utcSecond(text: string): number | undefined {
  if (text !== lastSecondText) {
    const ms = Date.parse(`${text.slice(0, 10)}T${text.slice(11)}Z`);
    lastSecond = Number.isNaN(ms) || !isDayOfMonth(ms, Number(text.slice(8, 10))) ? undefined : ms;
    lastSecondText = text;
  }
  return lastSecond;
}

/** A day that the month does not have would be read as one of the next month. */
function isDayOfMonth(ms: number, day: number): boolean {
  return day < 29 || new Date(ms).getUTCDate() === day;
}

/** `+02:00` or `+0200` in milliseconds. NaN beyond a day, which is nobody's time. */
function offsetOf(zone: string): number {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** nginx's `$time_local`, such as `23/Nov/2026:10:00:00 +0000`. */
export function parseNginxTime(text: string): number | undefined {
  const match = NGINX.exec(text);
  const month = MONTHS.indexOf(match?.[2] ?? '') + 1;
  if (match === null || month === 0) return undefined;
  const date = `${match[3]}-${String(month).padStart(2, '0')}-${match[1]}`;
  return parseIsoTime(`${date}T${match[4]}:${match[5]}:${match[6]}${match[7]}:${match[8]}`);
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
