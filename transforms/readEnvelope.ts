import { ENVELOPE_KEYS, type Envelope, HEARTBEAT_KEYS, type Problem, SOURCES } from '../model/index.js';
import { isObject } from './jsonObject.js';

/** An envelope as it came, with what was wrong with it. `tenant_id` may be missing: identity decides on that. */
export interface ReadEnvelope {
  readonly envelope: Partial<Envelope>;
  readonly problems: readonly Problem[];
  readonly unknownKeys: readonly string[];
}

const KNOWN: ReadonlySet<string> = new Set(ENVELOPE_KEYS);

/**
 * Takes the closed set of keys out of a line's object. Any other key, case variants included, is ignored and named; a
 * known key with a value of the wrong type is ignored too, so that nothing downstream has to look at types again.
 */
export function readEnvelope(object: Readonly<Record<string, unknown>>): ReadEnvelope {
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

function hasRightType(key: string, value: unknown): boolean {
  if (key === 'source') return SOURCES.some((source) => source === value);
  if (key === 'app') return isObject(value);
  if (key === 'truncated' || key === 'invalid_utf8') return typeof value === 'boolean';
  if (key === 'heartbeat') return isObject(value) && HEARTBEAT_KEYS.every((name) => isCount(value[name]));
  if (key === 'offset') return isCount(value);
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
