import { AppError, addDays, nearestWord, type UtcDay, utcDayOf, type Window } from '../../model/index.js';
import { sqlInstant } from '../engines/sqlInstant.js';
import type { Report } from './Report.js';
import { type ParameterValue, readParameter } from './readParameter.js';
import { type LatestHours, latestDay, latestWindow, windowPart } from './windowSql.js';

/** Validated values of a report's parameters. */
export type ParameterValues = Readonly<Record<string, ParameterValue | Window>>;

/** What a statement says instead of a value that is known only when it is run. */
export type OpenValue =
  | LatestHours
  /** The UTC date so many days before. */
  | { readonly daysAgo: number }
  /** A `?`, for which the engine takes a literal when the statement is run. */
  | { readonly asked: true };

/** Values of which some are left open. */
export type OpenValues = Readonly<Record<string, ParameterValue | Window | OpenValue>>;

/** True for the value of a parameter that is a span of time. */
export function isWindow(value: OpenValues[string] | undefined): value is Window {
  return typeof value === 'object' && 'start' in value;
}

/** Reads `name=value` pairs against what a report declares. Throws PARAMETER_INVALID saying what was expected and what came. */
export function parseParameters(
  report: Report,
  pairs: readonly string[],
  given: { readonly window: Window },
): ParameterValues {
  const values: Record<string, ParameterValue | Window> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const declared = report.params.find((parameter) => parameter.name === name && parameter.type !== 'window');
    if (declared === undefined || at < 0) throw unknownParameter(report, name, at < 0);
    const value = readParameter(declared, pair.slice(at + 1));
    const before = values[name];
    if (before === undefined) values[name] = value;
    // A list longer than one argument can hold is given in several.
    else if (Array.isArray(before) && Array.isArray(value)) values[name] = [...new Set([...before, ...value])];
    else throw givenTwice(name);
  }
  for (const parameter of report.params) {
    if (parameter.type === 'window') values[parameter.name] = given.window;
    else if (values[parameter.name] === undefined && parameter.default !== undefined)
      values[parameter.name] = readParameter(parameter, String(parameter.default));
    else if (values[parameter.name] === undefined && parameter.required) {
      throw new AppError('PARAMETER_INVALID', `${report.name} needs --param ${parameter.name}=…`, {
        expected: parameter.description,
        got: 'nothing',
        hint: `see: tenantscope report show ${report.name}`,
      });
    }
  }
  return values;
}

function givenTwice(name: string): AppError {
  return new AppError('PARAMETER_INVALID', `${name} is given more than once`, {
    where: `--param ${name}`,
    expected: 'one value; only a list can be given in parts',
  });
}

function unknownParameter(report: Report, name: string, noValue: boolean): AppError {
  const names = report.params.filter((parameter) => parameter.type !== 'window').map((parameter) => parameter.name);
  const near = nearestWord(name, names);
  return new AppError(
    'PARAMETER_INVALID',
    noValue ? 'a parameter without a value' : `${report.name} has no such parameter`,
    {
      where: `--param ${name}`,
      expected: noValue ? 'name=value' : `one of ${names.join(', ')}`,
      got: name,
      hint:
        near === undefined
          ? `see: tenantscope report show ${report.name}`
          : `did you mean ${near}? see: tenantscope report show ${report.name}`,
    },
  );
}

const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A LIKE pattern for text that contains this one, with its escape: neither engine has a default both share. */
const containsLiteral = (text: string): string => `${textLiteral(`%${text.replace(/[!%_]/g, '!$&')}%`)} escape '!'`;

/**
 * The one function that puts values into SQL. Values were validated before; text is quoted all the same. A window gives
 * `{{name.start}}`, `{{name.end}}` and `{{name.before}}`, the start of the window of equal length before, and
 * `{{name.first_dt}}` and `{{name.last_dt}}`, the arrival dates its lines can have under the report's lateness bound;
 * `{{name.around_start}}` and `{{name.around_end}}`, a week before and after it, and `{{name.hours}}`, a list of its hours.
 * Text gives `{{name.contains}}`, what follows LIKE; a list is rendered without its parentheses. What is left open is
 * rendered as SQL that says it.
 */
export function renderReport(report: Report, values: OpenValues): string {
  return report.sql.replace(PLACEHOLDER, (placeholder, name: string, part?: string) => {
    const rendered = valueSql(report, values, name, part);
    if (rendered !== undefined) return rendered;
    throw new AppError('INTERNAL', 'a report uses a parameter it does not declare', {
      where: report.name,
      got: placeholder,
    });
  });
}

function valueSql(report: Report, values: OpenValues, name: string, part: string | undefined): string | undefined {
  const value = values[name];
  if (typeof value === 'string' && part === 'contains') return containsLiteral(value);
  if (part !== undefined) {
    if (isWindow(value)) return windowPart(windowOf(value, windowDates(report, values, value)), part);
    if (typeof value === 'object' && 'latestHours' in value)
      return windowPart(latestWindow(value, lateDaysOf(report, values)), part);
    return undefined;
  }
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return textLiteral(value);
  if (value === undefined || isWindow(value)) return undefined;
  if ('asked' in value) return '?';
  if ('daysAgo' in value) return latestDay(value.daysAgo);
  if ('latestHours' in value || value.length === 0) return undefined;
  return value.map(textLiteral).join(', ');
}

const windowOf = (window: Window, dates: WindowDates) => ({
  window,
  instant: sqlInstant,
  firstDate: textLiteral(dates.first),
  lastDate: textLiteral(dates.last),
});

/**
 * The arrival dates that lines of a window can have under the report's lateness bound. The first is a day early: a clock
 * that runs ahead stamps a line after it arrived.
 */
export function windowDates(report: Report, values: OpenValues, window: Window): WindowDates {
  const lateDays = lateDaysOf(report, values);
  return { first: addDays(utcDayOf(window.start), -1), last: addDays(utcDayOf(window.end - 1), lateDays) };
}

function lateDaysOf(report: Report, values: OpenValues): number {
  const lateness = report.params.find((parameter) => parameter.type === 'lateness');
  return Number(values[lateness?.name ?? ''] ?? 0);
}

interface WindowDates {
  readonly first: UtcDay;
  readonly last: UtcDay;
}

/** How a report names a parameter, and perhaps a part of it. */
export const PLACEHOLDER = /\{\{([a-z_]+)(?:\.([a-z_]+))?\}\}/g;
