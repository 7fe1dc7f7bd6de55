import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { timeInYear } from './timeInYear.js';

// RFC 5424: <PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]
const NEW =
  /^<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (-|(?:\[[^\]\\]*(?:\\.[^\]\\]*)*\])+)(?: ([\s\S]*))?$/;
// RFC 3164: <PRI>Mmm dd hh:mm:ss HOSTNAME TAG[pid]: MSG
const OLD =
  /^<(\d{1,3})>([A-Z][a-z]{2}) ([ \d]\d) (\d{2}:\d{2}:\d{2}) (\S{1,255}) ([^\s:[]{1,64})(?:\[(\d{1,10})\])?: ?([\s\S]*)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Severities 0 to 7 as OpenTelemetry's data model maps them (appendix B). */
const SEVERITIES: readonly (readonly [number, string])[] = [
  [21, 'emerg'],
  [19, 'alert'],
  [18, 'crit'],
  [17, 'err'],
  [13, 'warning'],
  [10, 'notice'],
  [9, 'info'],
  [5, 'debug'],
];
const ELEMENT = /\[(\S+?)((?: [^\s=]+="(?:[^"\\\]]|\\.)*")*)\]/g;
const PARAMETER = / ([^\s=]+)="((?:[^"\\\]]|\\.)*)"/g;

/** A syslog line of RFC 5424 or RFC 3164 (which has neither year nor zone: UTC, the latest up to `reference`). */
export function parseSyslog(text: string, reference: number): ParsedText | undefined {
  if (!text.startsWith('<')) return undefined;
  const modern = NEW.exec(text);
  if (modern !== null) {
    const [, priority, time = '', host, app = '', process, message, data = '-', body = ''] = modern;
    return event(priority, body.replace(/^\ufeff/, ''), parseIsoTime(time) ?? null, time === '-' ? null : time, app, {
      ...optional('host.name', host),
      ...optional('process.pid', process),
      ...optional('syslog.msgid', message),
      ...structured(data),
    });
  }
  const old = OLD.exec(text);
  if (old === null) return undefined;
  const [, priority, monthName = '', day = '', clock = '', host, tag = '', process = '-', body = ''] = old;
  const month = MONTHS.indexOf(monthName) + 1;
  const time = month === 0 ? undefined : timeInYear(month, Number(day), clock, reference);
  return event(priority, body, time ?? null, `${monthName} ${day} ${clock}`, tag, {
    ...optional('host.name', host),
    ...optional('process.pid', process),
  });
}

function event(
  priority: string | undefined,
  body: string,
  time: number | null,
  timeText: string | null,
  app: string,
  rest: Readonly<Record<string, string>>,
): ParsedText | undefined {
  const value = Number(priority);
  const severity = SEVERITIES[value % 8];
  // 23 facilities of 8 severities each; a larger number is no priority.
  if (value > 191 || severity === undefined) return undefined;
  return {
    ...PLAIN,
    format: 'syslog',
    body,
    time,
    timeText,
    severityNumber: severity[0],
    severityText: severity[1],
    serviceName: app === '-' || app === '' ? null : app,
    rest: { 'syslog.facility': String(Math.floor(value / 8)), ...rest },
  };
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '-' ? {} : { [name]: value };
}

/** `[id name="value"]` as `syslog.id.name`; `\"`, `\\` and `\]` are its escapes. */
function structured(data: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, id = '', parameters = ''] of data.matchAll(ELEMENT)) {
    for (const [, name = '', value = ''] of parameters.matchAll(PARAMETER))
      found[`syslog.${id}.${name}`] = value.replace(/\\(["\\\]])/g, '$1');
  }
  return found;
}
