import { AppError } from '../errors/AppError.js';
import { type Config, configSchema } from './configSchema.js';

/** The settings that environment variables may override, and where they go. Documented in docs/configuration.md. */
export const ENVIRONMENT_SETTINGS = {
  TENANTSCOPE_LAKE: ['lake'],
  TENANTSCOPE_REGISTRY: ['registry', 'from'],
  TENANTSCOPE_IDENTITY_TRUST: ['identity', 'trust'],
  TENANTSCOPE_PLATFORM_STREAM: ['identity', 'platform_stream'],
  TENANTSCOPE_MEMORY_MB: ['engine', 'memory_mb'],
  TENANTSCOPE_THREADS: ['engine', 'threads'],
  TENANTSCOPE_SPILL_MB: ['engine', 'spill_mb'],
  TENANTSCOPE_ATHENA_DATABASE: ['engine', 'athena', 'database'],
  TENANTSCOPE_ATHENA_WORKGROUP: ['engine', 'athena', 'workgroup'],
} as const;

const NUMBERS: ReadonlySet<string> = new Set(['memory_mb', 'threads', 'spill_mb']);

/**
 * Puts environment variables over a configuration (flags > environment > file > defaults). Pure: the environment is
 * passed in. Throws CONFIG_INVALID naming the variable when its value does not fit.
 */
export function applyEnvironment(config: Config, environment: Readonly<Record<string, string | undefined>>): Config {
  let current = config;
  for (const [name, path] of Object.entries(ENVIRONMENT_SETTINGS)) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    const value = NUMBERS.has(path.at(-1) ?? '') ? Number(text) : text;
    const [section, ...rest] = path;
    // The section alone: others hold what parsing made of them, which does not parse again.
    const result = configSchema.shape[section].safeParse(withValue(current[section], rest, value));
    if (!result.success) {
      throw new AppError('CONFIG_INVALID', result.error.issues[0]?.message ?? 'invalid value', {
        where: `environment variable ${name}`,
        got: JSON.stringify(text),
        hint: 'unset it, or see docs/configuration.md for the values it takes',
      });
    }
    current = { ...current, [section]: result.data };
  }
  return current;
}

function withValue(object: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner: unknown = Object(object)[key];
  return { ...Object(object), [key]: withValue(inner, rest, value) };
}
