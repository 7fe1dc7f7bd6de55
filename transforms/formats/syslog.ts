import { jsonObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { parseApp } from './loggerJson.js';
import { timeInYear } from './timeInYear.js';

// RFC 5424: <PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]
const NEW =
  /^<(\d{1,3})>1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) (-|(?:\[[^\]\\]*(?:\\.[^\]\\]*)*\])+)(?: ([\s\S]*))?$/;
// RFC 3164: <PRI>Mmm dd hh:mm:ss HOSTNAME TAG[pid]: MSG. libc leaves the host out, files the priority; some write the year
// or fractions of a second, and rsyslog an ISO time.
const OLD =
  /^(?:<(\d{1,3})>)?(?:([A-Z][a-z]{2}) ([ \d]\d)(?: (\d{4}))? (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)|(\d{4}-\d{2}-\d{2}T\S{9,32})) (?:(\S{0,254}[^\s:]) +(?! ))?(?:([^\s:[\]{"]{1,64})(?:\[(\d{1,10})\])?:(?: |$|(?=[^\s/:\d])))?([\s\S]*)$/;
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

/**
 * A syslog line of RFC 5424 or RFC 3164 (which has neither year nor zone: UTC, the latest up to `reference`). Without its
 * priority, as in files, the latter is told by its tag.
 */
export function parseSyslog(text: string, reference: number): ParsedText | undefined {
  if (!/^(?:<\d|[A-Z][a-z]{2} [ \d]\d |\d{4}-\d\d-\d\dT)/.test(text)) return undefined;
  const modern = text.startsWith('<') ? NEW.exec(text) : null;
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
  const [, priority, monthName = '', day = '', year, clock = '', iso, host, tag, process, body = ''] = old;
  if (priority === undefined && !isFiled(iso, host, tag, process, body)) return undefined;
  const month = MONTHS.indexOf(monthName) + 1;
  const given = year === undefined ? undefined : Number(year);
  const time =
    iso === undefined
      ? month === 0
        ? undefined
        : timeInYear(month, Number(day), clock, reference, given)
      : parseIsoTime(iso);
  const timeText = iso ?? [monthName, day, ...(year === undefined ? [] : [year]), clock].join(' ');
  return event(priority, body, time ?? null, timeText, tag ?? '-', {
    ...optional('host.name', host),
    ...optional('process.pid', process),
  });
}

/** A line without a priority is syslog's when it has a tag; after an ISO time, as applications print one too, only with more. */
function isFiled(
  iso: string | undefined,
  host: string | undefined,
  tag: string | undefined,
  process: string | undefined,
  body: string,
): boolean {
  if (iso === undefined) return tag !== undefined;
  return host !== undefined && /[.\d-]/.test(host) && (process !== undefined || body.trimStart().startsWith('{'));
}

function event(
  priority: string | undefined,
  body: string,
  time: number | null,
  timeText: string | null,
  app: string,
  rest: Readonly<Record<string, string | readonly string[]>>,
): ParsedText | undefined {
  const value = Number(priority ?? 0);
  const severity = SEVERITIES[value % 8];
  // 24 facilities of 8 severities each; a larger number is no priority.
  if (value > 191 || severity === undefined) return undefined;
  const inner = jsonBody(body);
  const service = app === '-' || app === '' ? null : app;
  const stated = priority === undefined ? PLAIN : { severityNumber: severity[0], severityText: severity[1] };
  return {
    ...(inner ?? PLAIN),
    body: inner?.body ?? body,
    format: 'syslog',
    time: inner?.time ?? time,
    timeText: inner?.time === undefined || inner.time === null ? timeText : inner.timeText,
    severityNumber: inner?.severityNumber ?? stated.severityNumber,
    severityText: inner?.severityText ?? stated.severityText,
    serviceName: inner?.serviceName ?? service,
    rest: {
      ...inner?.rest,
      ...(inner?.time === undefined || inner.time === null || timeText === null
        ? {}
        : { 'syslog.timestamp': timeText }),
      ...(priority === undefined ? {} : { 'syslog.facility': String(Math.floor(value / 8)) }),
      ...rest,
    },
    app: undefined,
  };
}

/** A message that is a JSON object, with or without the `@cee:` that announces one. */
function jsonBody(body: string): ParsedText | undefined {
  const text = body.replace(/^ {0,8}(?:@cee: {0,8})?/, '');
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const app = jsonObject(text);
  return app === undefined ? undefined : parseApp(app);
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '-' ? {} : { [name]: value };
}

/** `[id name="value"]` as `syslog.id.name`; `\"`, `\\` and `\]` are its escapes. A name given twice has a list. */
function structured(data: string): Record<string, string | readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [, id = '', parameters = ''] of data.matchAll(ELEMENT)) {
    for (const [, name = '', quoted = ''] of parameters.matchAll(PARAMETER)) {
      const key = `syslog.${id}.${name}`;
      const value = quoted.replace(/\\(["\\\]])/g, '$1');
      const values = found.get(key);
      if (values === undefined) found.set(key, [value]);
      else values.push(value);
    }
  }
  return Object.fromEntries([...found].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? '') : values]));
}
