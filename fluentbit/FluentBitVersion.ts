import { AppError } from '../model/index.js';

/** A release of Fluent Bit. */
export interface FluentBitVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Oldest release the rendered configuration runs on: properties are validated and long lines cut from 4.2 on. */
export const OLDEST_FLUENT_BIT: FluentBitVersion = { major: 4, minor: 2, patch: 0 };

/**
 * What needs a newer release than the oldest supported one (read in Fluent Bit's source, August 2026). Newer features are
 * refused by name rather than rendered into a configuration that would not start.
 */
export const FEATURE_SINCE = {
  simple_aggregation: { major: 4, minor: 2, patch: 2 },
  compression: { major: 5, minor: 0, patch: 0 },
  rejected_limit: { major: 5, minor: 0, patch: 0 },
} as const satisfies Record<string, FluentBitVersion>;

/** A feature that not every supported release has. */
export type FluentBitFeature = keyof typeof FEATURE_SINCE;

/** Reads `4.2`, `v5.1.1` and the like. Throws USAGE for anything else and for releases before 4.2. */
export function parseFluentBitVersion(text: string): FluentBitVersion {
  const match = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) {
    throw new AppError('USAGE', 'not a version of Fluent Bit', {
      expected: 'major.minor or major.minor.patch, such as 4.2.2',
      got: JSON.stringify(text.slice(0, 40)),
      where: '--fluent-bit-version',
    });
  }
  const version = { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
  if (isOlder(version, OLDEST_FLUENT_BIT)) {
    throw new AppError('USAGE', 'this release of Fluent Bit is too old', {
      expected: `${formatFluentBitVersion(OLDEST_FLUENT_BIT)} or newer`,
      got: text,
      where: '--fluent-bit-version',
      hint: 'older ones stop reading a file at its first long line; use aws-for-fluent-bit 3.x or upstream 4.2 and later',
    });
  }
  return version;
}

/** `major.minor.patch`. */
export function formatFluentBitVersion(version: FluentBitVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** True when the release has the feature. */
export function hasFeature(version: FluentBitVersion, feature: FluentBitFeature): boolean {
  return !isOlder(version, FEATURE_SINCE[feature]);
}

function isOlder(version: FluentBitVersion, than: FluentBitVersion): boolean {
  if (version.major !== than.major) return version.major < than.major;
  if (version.minor !== than.minor) return version.minor < than.minor;
  return version.patch < than.patch;
}
