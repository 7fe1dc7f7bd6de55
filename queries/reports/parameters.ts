import { AppError, isTenantId, nearestWord, type Window } from '../../model/index.js';
import type { Report, ReportParameter } from './Report.js';

/** Validated values of a report's parameters. */
export type ParameterValues = Readonly<Record<string, string | number | Window>>;

const SERVICE = /^[A-Za-z][A-Za-z0-9 _-]{0,62}$/;

/** Reads `name=value` pairs against what a report declares. Throws PARAMETER_INVALID saying what was expected and what came. */
export function parseParameters(
  report: Report,
  pairs: readonly string[],
  given: { readonly window: Window },
): ParameterValues {
  const values: Record<string, string | number | Window> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const declared = report.params.find((parameter) => parameter.name === name && parameter.type !== 'window');
    if (declared === undefined || at < 0) throw unknownParameter(report, name, at < 0);
    values[name] = readValue(declared, pair.slice(at + 1));
  }
  for (const parameter of report.params) {
    if (parameter.type === 'window') values[parameter.name] = given.window;
    else if (values[parameter.name] === undefined && parameter.default !== undefined)
      values[parameter.name] = parameter.default;
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

function readValue(parameter: ReportParameter, text: string): string | number {
  const wrong = (expected: string): AppError =>
    new AppError('PARAMETER_INVALID', `${parameter.name} is not usable`, {
      where: `--param ${parameter.name}`,
      expected,
      got: JSON.stringify(text.slice(0, 80)),
    });
  if (parameter.type === 'service') {
    if (!SERVICE.test(text)) throw wrong('the name of a service, such as DynamoDB');
    return text;
  }
  if (parameter.type === 'tenant_id') {
    if (!isTenantId(text)) throw wrong('a tenant id');
    return text;
  }
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = parameter;
  if (Number.isNaN(value) || value < min || value > max) throw wrong(`a whole number from ${min} to ${max}`);
  return value;
}

const timestampLiteral = (ms: number): string =>
  `timestamp '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

/**
 * The one function that puts values into SQL. Values were validated before; text is quoted all the same. A window gives
 * `{{name.start}}`, `{{name.end}}` and `{{name.before}}`, the start of the window of equal length before.
 */
export function renderReport(report: Report, values: ParameterValues): string {
  return report.sql.replace(
    /\{\{([a-z_]+)(?:\.(start|end|before))?\}\}/g,
    (placeholder, name: string, part?: string) => {
      const value = values[name];
      if (typeof value === 'number' && part === undefined) return String(value);
      if (typeof value === 'string' && part === undefined) return `'${value.replaceAll("'", "''")}'`;
      if (typeof value === 'object' && part !== undefined) {
        const instant = part === 'end' ? value.end : part === 'start' ? value.start : 2 * value.start - value.end;
        return timestampLiteral(instant);
      }
      throw new AppError('INTERNAL', 'a report uses a parameter it does not declare', {
        where: report.name,
        got: placeholder,
      });
    },
  );
}
