import { readFile } from 'node:fs/promises';
import {
  AppError,
  applyEnvironment,
  type Config,
  configInvalid,
  configSchema,
  findBudgetProblems,
  parseConfigOrThrow,
  systemCode,
  withRegistryText,
} from '../model/index.js';
import { registryStoreOf } from '../transforms/index.js';
import { type CliContext, printNote } from './CliContext.js';

const DEFAULT_FILE = 'tenantscope.yaml';

/** Flags every verb that needs the project file takes. */
export interface ConfigFlags {
  readonly config?: string;
  readonly lake?: string;
}

/**
 * The configuration a verb works with: flags > environment > file > defaults. Without `--config` the file
 * ./tenantscope.yaml is used when there is one. Throws INPUT_NOT_FOUND for a named file that is missing and
 * CONFIG_INVALID with every problem of the file.
 *
 * @param asked without `remoteRegistry`, a registry in the cloud is left alone and its tenants are missing
 */
export async function loadConfig(
  flags: ConfigFlags,
  context: CliContext,
  asked: { readonly remoteRegistry: boolean } = { remoteRegistry: true },
): Promise<Config> {
  const named = flags.config ?? context.env.TENANTSCOPE_CONFIG;
  const text = await readConfigText(named ?? DEFAULT_FILE, named !== undefined);
  const fromFile = text === undefined ? configSchema.parse({}) : parseProject(text, named ?? DEFAULT_FILE);
  const local = applyEnvironment(fromFile, context.env);
  const isLeftAlone = !asked.remoteRegistry && local.registry.from?.includes('://') === true;
  const config = isLeftAlone ? local : await withRegistry(local);
  return flags.lake === undefined ? config : { ...config, lake: flags.lake };
}

/** All of a project file, the parts included that the transform does not read. Throws CONFIG_INVALID. */
function parseProject(text: string, file: string): Config {
  const config = parseConfigOrThrow(text, file);
  const problems = findBudgetProblems(config, { text, file });
  if (problems.length > 0) throw configInvalid(file, problems);
  return config;
}

/** The project file a verb reads, whether it is there or not. */
export function configFileOf(flags: ConfigFlags, context: CliContext): string {
  return flags.config ?? context.env.TENANTSCOPE_CONFIG ?? DEFAULT_FILE;
}

/**
 * The configuration with the tenants of the registry it names, read once: a command is over before it would be due again.
 * Throws what the store throws, and CONFIG_INVALID for a document with problems.
 */
export async function withRegistry(config: Config): Promise<Config> {
  const { from } = config.registry;
  if (from === undefined) return config;
  const store = await registryStoreOf(from);
  const loaded = await store.load(undefined);
  if (loaded === undefined) throw new AppError('ENGINE_UNAVAILABLE', 'the registry sent nothing', { got: store.name });
  return withRegistryText(config, loaded.text, store.name);
}

/** Says so when no tenant is registered: every line would land under `_unknown` or in quarantine. */
export function noteEmptyRegistry(config: Config, context: CliContext): void {
  if (config.tenants.length > 0) return;
  printNote(context, 'note: no tenant is registered, so every line is unknown or quarantined; run: tenantscope init');
}

/** The text of a project file that must be there. Throws INPUT_NOT_FOUND. */
export async function readConfigFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read the configuration', {
      got: file,
      hint: 'check the path, or write a new file with: tenantscope init',
      cause: error,
    });
  }
}

async function readConfigText(file: string, required: boolean): Promise<string | undefined> {
  if (required) return readConfigFile(file);
  return readConfigFile(file).catch((error: unknown) => {
    if (error instanceof AppError && systemCode(error.details.cause) === 'ENOENT') return undefined;
    throw error;
  });
}
