import { isObject, setField } from './jsonObject.js';
import { shortJson } from './shortJson.js';
import { cutText } from './textLimits.js';

/** Bounds on what one line may add to the lake; beyond them the rest is left out and the line says so. */
export const ATTRIBUTE_LIMITS = { depth: 5, keys: 128, keyLength: 256, valueLength: 4096 } as const;

/**
 * Nested keys joined with dots, every value as text. `truncated` tells that something was left out or cut. A key such as `__proto__`
 * is a key like any other.
 *
 * @param clean takes secrets out of a value, before it is cut: a part of one would no longer be known
 */
export function flattenAttributes(
  rest: Readonly<Record<string, unknown>>,
  clean: (key: string, value: string) => string = (_key, value) => value,
): {
  readonly attributes: Record<string, string>;
  readonly truncated: boolean;
} {
  const attributes: Record<string, string> = {};
  let count = 0;
  let truncated = false;
  const put = (key: string, value: string): void => {
    if (count >= ATTRIBUTE_LIMITS.keys || key.length > ATTRIBUTE_LIMITS.keyLength) {
      truncated = true;
      return;
    }
    if (!Object.hasOwn(attributes, key)) count += 1;
    const kept = clean(key, value);
    if (kept.length > ATTRIBUTE_LIMITS.valueLength) truncated = true;
    setField(attributes, key, cutText(kept, ATTRIBUTE_LIMITS.valueLength));
  };
  const walk = (value: unknown, key: string, depth: number): void => {
    if (value === undefined || count >= ATTRIBUTE_LIMITS.keys) {
      if (value !== undefined) truncated = true;
      return;
    }
    if (isObject(value) && depth < ATTRIBUTE_LIMITS.depth) {
      for (const inner in value) walk(value[inner], key === '' ? inner : `${key}.${inner}`, depth + 1);
      return;
    }
    if (isObject(value)) {
      truncated = true;
      return;
    }
    put(key, typeof value === 'string' ? value : shortJson(value));
  };
  walk(rest, '', 0);
  return { attributes, truncated };
}
