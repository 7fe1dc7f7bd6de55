import { AppError, isTenantId, isUtcDay } from '../../model/index.js';
import type { ReportParameter } from './Report.js';

const SERVICE = /^[A-Za-z][A-Za-z0-9 _-]{0,62}$/;
const TEXT_LIMIT = 200;
/** More tenants than any registry holds; where an engine takes fewer in one statement, the list is read in batches. */
const TENANTS_LIMIT = 100_000;

/** One value of a parameter, validated. */
export type ParameterValue = string | number | readonly string[];

/** Reads the text given for one parameter. Throws PARAMETER_INVALID saying what was expected and what came. */
export function readParameter(parameter: ReportParameter, text: string): ParameterValue {
  const wrong = (expected: string, got = text): AppError =>
    new AppError('PARAMETER_INVALID', `${parameter.name} is not usable`, {
      where: `--param ${parameter.name}`,
      expected,
      got: JSON.stringify(got.slice(0, 80)),
    });
  const check = (good: boolean, expected: string): string => {
    if (!good) throw wrong(expected);
    return text;
  };
  switch (parameter.type) {
    case 'service':
      return check(SERVICE.test(text), 'the name of a service, such as DynamoDB');
    case 'tenant_id':
      return check(isTenantId(text), 'a tenant id');
    case 'tenant_ids': {
      const ids = text.split(',');
      const stranger = ids.find((id) => !isTenantId(id));
      if (stranger !== undefined) throw wrong('tenant ids with commas between', stranger);
      if (ids.length > TENANTS_LIMIT) throw wrong(`at most ${TENANTS_LIMIT} tenant ids`, `${ids.length} of them`);
      return [...new Set(ids)];
    }
    case 'date':
      return check(isUtcDay(text), 'a UTC day such as 2026-11-23');
    case 'trace_id':
      return check(/^[0-9a-f]{32}$/.test(text), 'a trace id: 32 hex digits in lower case');
    case 'enum':
      return check(parameter.values?.includes(text) === true, `one of ${parameter.values?.join(', ') ?? ''}`);
    case 'text':
      return check(isPlainText(text), `text of at most ${TEXT_LIMIT} characters, none of them a control character`);
    case 'window':
      throw wrong('--since, --until or --last');
    default: {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      const least = parameter.type === 'lateness' ? 0 : Number.MIN_SAFE_INTEGER;
      const greatest = parameter.type === 'lateness' ? 400 : Number.MAX_SAFE_INTEGER;
      const { min = least, max = greatest } = parameter;
      if (Number.isNaN(value) || value < min || value > max) throw wrong(`a whole number from ${min} to ${max}`);
      return value;
    }
  }
}

/**
 * Text that means the same to every engine: no control characters (a NUL ends a statement for some), no line or paragraph
 * separators, no byte order mark (clients strip it), no half of a surrogate pair, which UTF-8 cannot carry. Quotes and the rest are the rendering's business.
 */
function isPlainText(text: string): boolean {
  return text.length <= TEXT_LIMIT && !/[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text);
}
