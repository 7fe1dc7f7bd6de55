import { AppError } from '../errors/AppError.js';
import { type Config, configSchema } from './configSchema.js';

/** The settings that environment variables may override, and where they go. Documented in docs/configuration.md. */
export const ENVIRONMENT_SETTINGS = {
  TENANTSCOPE_LAKE: ['lake'],
  TENANTSCOPE_IDENTITY_TRUST: ['identity', 'trust'],
  TENANTSCOPE_PLATFORM_STREAM: ['identity', 'platform_stream'],
  TENANTSCOPE_MEMORY_MB: ['engine', 'memory_mb'],
  TENANTSCOPE_THREADS: ['engine', 'threads'],
} as const;

/**
 * Puts environment variables over a configuration (flags > environment > file > defaults). Pure: the environment is
 * passed in. Throws CONFIG_INVALID naming the variable when its value does not fit.
 */
export function applyEnvironment(config: Config, environment: Readonly<Record<string, string | undefined>>): Config {
  let current = config;
  for (const [name, path] of Object.entries(ENVIRONMENT_SETTINGS)) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    const [first, second] = path;
    const value: unknown = second === 'memory_mb' || second === 'threads' ? Number(text) : text;
    const changed =
      second === undefined ? { [first]: value } : { [first]: { ...Object(current[first]), [second]: value } };
    const result = configSchema.safeParse({ ...current, ...changed });
    if (!result.success) {
      throw new AppError('CONFIG_INVALID', result.error.issues[0]?.message ?? 'invalid value', {
        where: `environment variable ${name}`,
        got: JSON.stringify(text),
        hint: 'unset it, or see docs/configuration.md for the values it takes',
      });
    }
    current = result.data;
  }
  return current;
}
