import {
  ENVELOPE_KEYS,
  type Envelope,
  HEARTBEAT_HOUR_KEYS,
  HEARTBEAT_KEYS,
  type Problem,
  SOURCES,
} from '../model/index.js';
import { isObject } from './jsonObject.js';

/** An envelope as it came, with what was wrong with it. `tenant_id` may be missing: identity decides on that. */
export interface ReadEnvelope {
  readonly envelope: Partial<Envelope>;
  readonly problems: readonly Problem[];
  readonly unknownKeys: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(ENVELOPE_KEYS);
/** The keys whose value is no text. */
const TYPED: Readonly<Record<string, (value: unknown) => boolean>> = {
  source: (value) => SOURCES.some((source) => source === value),
  app: isObject,
  truncated: isBoolean,
  invalid_utf8: isBoolean,
  heartbeat: isHeartbeat,
  offset: isCount,
};
const NONE: readonly never[] = [];

/**
 * Takes the closed set of keys out of a line's object. Any other key, case variants included, is ignored and named; a
 * known key with a value of the wrong type is ignored too, so that nothing downstream has to look at types again.
 */
export function readEnvelope(object: Readonly<Record<string, unknown>>): ReadEnvelope {
  // A sidecar's own envelope needs nothing taken out: it is used as it is.
  if (isClean(object)) return { envelope: object as Partial<Envelope>, problems: NONE, unknownKeys: NONE };
  const envelope: Record<string, unknown> = {};
  const unknownKeys: string[] = [];
  let invalid = false;
  for (const [key, value] of Object.entries(object)) {
    if (!KNOWN.has(key)) unknownKeys.push(key);
    else if (value === null) continue;
    else if (hasRightType(key, value)) envelope[key] = value;
    else invalid = true;
  }
  const problems: Problem[] = [];
  if (unknownKeys.length > 0) problems.push('envelope_unknown_key');
  if (invalid) problems.push('envelope_invalid_value');
  return { envelope: envelope as Partial<Envelope>, problems, unknownKeys: unknownKeys.sort() };
}

function isClean(object: Readonly<Record<string, unknown>>): boolean {
  for (const key in object) if (!KNOWN.has(key) || !hasRightType(key, object[key])) return false;
  return true;
}

function hasRightType(key: string, value: unknown): boolean {
  if (typeof value === 'string' && key !== 'source') return !Object.hasOwn(TYPED, key);
  return Object.hasOwn(TYPED, key) && TYPED[key]?.(value) === true;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isHeartbeat(value: unknown): boolean {
  if (!isObject(value) || !HEARTBEAT_KEYS.every((name) => isCount(value[name]))) return false;
  return (
    HEARTBEAT_HOUR_KEYS.every((name) => value[name] === undefined) ||
    HEARTBEAT_HOUR_KEYS.every((name) => isCount(value[name]))
  );
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
