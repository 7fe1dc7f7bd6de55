const TIMESTAMP = /^(-?\d{4,6})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(?: (\S+))?$/;
const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const MILLISECONDS = 3;

/**
 * Athena's `2026-01-31 23:59:59.123 UTC` as ISO text in UTC. Digits beyond milliseconds are kept when they say something.
 * Undefined when it is no time, or its zone is a name: near a change of the clock a name does not decide the moment.
 */
export function readTimestamp(text: string): string | undefined {
  const found = TIMESTAMP.exec(text);
  if (found === null) return undefined;
  const [, year = '', month = '', day = '', time = '', fraction = '', zone = 'UTC'] = found;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const milliseconds = fraction.slice(0, MILLISECONDS).padEnd(MILLISECONDS, '0');
  const written = `${isoYear(year)}-${month}-${day}T${time}.${milliseconds}`;
  const moment = new Date(`${written}Z`);
  // Date takes 30 February for 2 March; such a text did not come from Athena.
  if (Number.isNaN(moment.getTime()) || moment.toISOString() !== `${written}Z`) return undefined;
  const finer = fraction.slice(MILLISECONDS).replace(/0+$/, '');
  const utc = new Date(moment.getTime() - offset * 60_000).toISOString();
  return `${utc.slice(0, -1)}${finer}Z`;
}

function isoYear(year: string): string {
  const value = Number(year);
  if (value >= 0 && value <= 9999) return String(value).padStart(4, '0');
  return `${value < 0 ? '-' : '+'}${String(Math.abs(value)).padStart(6, '0')}`;
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === 'UTC' || zone === 'Z' || zone === 'GMT') return 0;
  const found = OFFSET.exec(zone);
  if (found === null) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}
