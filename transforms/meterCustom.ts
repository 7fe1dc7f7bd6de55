import {
  asMicros,
  type CustomMeter,
  MAX_EVENT_MICROS,
  type MeterCondition,
  type Micros,
  microsFromDecimal,
  type Problem,
  type TenantId,
  type Usage,
} from '../model/index.js';
import { isObject } from './jsonObject.js';
import type { Metered } from './meterDynamoDb.js';
import type { ParsedText } from './ParsedText.js';
import { dividedMicros, ONE, quantityOf } from './sources/quantities.js';

type Fields = Readonly<Record<string, unknown>>;

/** The custom meters that a line is read by: its format and every condition fit, and it has a quantity if one is read. */
export function customMetersOf(meters: readonly CustomMeter[], parsed: ParsedText): readonly CustomMeter[] {
  if (meters.length === 0) return meters;
  const fields = fieldsOf(parsed);
  return meters.filter((meter) => {
    if (meter.formats.length > 0 && !meter.formats.includes(parsed.format)) return false;
    if (!meter.when.every((condition) => holds(condition, valueAt(fields, condition.path)))) return false;
    // Where nothing else tells its lines, a meter's lines are those that carry its quantity.
    return meter.when.length > 0 || meter.quantity === undefined || valueAt(fields, meter.quantity) !== undefined;
  });
}

/**
 * What custom meters read out of a line, as entries of `consumer`. A quantity that is absent, negative, not a number, or not
 * exact in millionths is left out with a problem, and its neighbours stay. A meter in `taken` was read by a built-in rule.
 */
export function meterCustom(
  meters: readonly CustomMeter[],
  parsed: ParsedText,
  consumer: TenantId,
  taken: readonly Usage[],
): Metered {
  const fields = fieldsOf(parsed);
  const usage: Usage[] = [];
  const problems = new Set<Problem>();
  for (const declared of meters) {
    const { service, meter, unit, kind } = declared;
    if (taken.some((entry) => entry.service === service && entry.meter === meter)) continue;
    const quantity = readQuantity(declared, fields);
    const series = declared.series === undefined ? '' : textAt(fields, declared.series);
    if (quantity === undefined || (declared.series !== undefined && series === '')) {
      problems.add('usage_invalid_quantity');
      continue;
    }
    usage.push({
      tenant_id: consumer,
      service,
      resource: textAt(fields, declared.resource).slice(0, 512),
      operation: textAt(fields, declared.operation).slice(0, 128),
      meter,
      unit,
      kind,
      series: series.slice(0, 256),
      quantity_micros: quantity,
    });
  }
  return { usage, problems: [...problems] };
}

function readQuantity({ quantity: path, scale }: CustomMeter, fields: Fields): Micros | undefined {
  const read = path === undefined ? ONE : quantityOf(valueAt(fields, path));
  const factor = scale === undefined ? undefined : microsFromDecimal(scale);
  if (read === undefined || factor === undefined) return scale === undefined ? read : undefined;
  // Millionths of millionths, back to millionths.
  const scaled = dividedMicros(read * factor, 1_000_000_000_000n);
  return scaled > MAX_EVENT_MICROS ? undefined : asMicros(scaled);
}

/** A JSON line as the application printed it; of any other line what its format says, by OpenTelemetry's names. */
function fieldsOf(parsed: ParsedText): Fields {
  if (parsed.app !== undefined) return parsed.app;
  return {
    ...parsed.rest,
    body: parsed.body ?? undefined,
    level: parsed.severityText ?? undefined,
    'event.name': parsed.eventName ?? undefined,
    'service.name': parsed.serviceName ?? undefined,
    'http.request.method': parsed.method ?? undefined,
    'http.route': parsed.route ?? undefined,
    'url.path': parsed.path ?? undefined,
    'http.response.status_code': parsed.status ?? undefined,
    'http.response.body.size': parsed.bytesOut ?? undefined,
    duration_ms: parsed.durationMs ?? undefined,
    'error.type': parsed.errorType ?? undefined,
  };
}

/** The value at a path. A key is tried whole before it is cut at its dots; undefined where there is none, or null. */
export function valueAt(fields: Fields, path: string): unknown {
  if (Object.hasOwn(fields, path)) return fields[path] ?? undefined;
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    const inner = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const found = isObject(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function textAt(fields: Fields, path: string | undefined): string {
  const value = path === undefined ? undefined : valueAt(fields, path);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function holds(condition: MeterCondition, value: unknown): boolean {
  const { exists, equals, in: among, starts_with: start, gt, gte, lt, lte } = condition;
  if (exists !== undefined && exists !== (value !== undefined)) return false;
  if (equals !== undefined && !same(value, equals)) return false;
  if (among?.some((wanted) => same(value, wanted)) === false) return false;
  if (start !== undefined && !(typeof value === 'string' && value.startsWith(start))) return false;
  if (gt === undefined && gte === undefined && lt === undefined && lte === undefined) return true;
  const number = typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
  // Every comparison with NaN is false: a value that is no number holds none of them.
  return (
    !Number.isNaN(number) &&
    (gt === undefined || number > gt) &&
    (gte === undefined || number >= gte) &&
    (lt === undefined || number < lt) &&
    (lte === undefined || number <= lte)
  );
}

/** Texts of access lines and logfmt are compared with numbers by what they say. */
function same(value: unknown, wanted: string | number | boolean): boolean {
  return value === wanted || (typeof value === 'string' && typeof wanted !== 'string' && value === String(wanted));
}
