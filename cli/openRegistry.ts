import { existsSync } from 'node:fs';
import { AppError, type Config, configSchema, parseConfigOrThrow } from '../model/index.js';
import { dynamoHome, fileHome, type KnownCell, type RegistryHome } from '../tenants/index.js';
import type { CliContext } from './CliContext.js';
import { type ConfigFlags, configFileOf, readConfigFile } from './loadConfig.js';
import { readDeployment } from './readDeployment.js';

/** Flags of verbs that change a registry. */
export interface RegistryFlags extends ConfigFlags {
  readonly registry?: string;
}

/** A registry that can be changed, and what belongs to the project around it. */
export interface OpenRegistry {
  readonly home: RegistryHome;
  readonly config: Config;
  readonly prefix: string;
  readonly cells: readonly KnownCell[];
  /** The registry is a table. */
  readonly published: boolean;
}

/**
 * The registry that `--registry`, TENANTSCOPE_REGISTRY or `registry.from` names, or the project file itself. Throws
 * INPUT_INVALID for one that can only be read, CONFIG_INVALID, INPUT_NOT_FOUND.
 */
export async function openRegistry(flags: RegistryFlags, context: CliContext): Promise<OpenRegistry> {
  const file = configFileOf(flags, context);
  const named = flags.registry ?? context.env.TENANTSCOPE_REGISTRY;
  const missing = named !== undefined && flags.config === undefined && !existsSync(file);
  const config = missing ? configSchema.parse({}) : parseConfigOrThrow(await readConfigFile(file), file);
  const { prefix, cells } = await readDeployment(context);
  const from = named ?? config.registry.from;
  const around = { config, prefix, cells };
  if (from === undefined) return { ...around, home: fileHome({ file, cells }), published: false };
  const table = tableOf(from);
  if (table === undefined)
    return { ...around, home: fileHome({ file: from, plans: config.plans, cells }), published: false };
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  return { ...around, home: dynamoHome(new DynamoDBClient({}), table, cells), published: true };
}

/** The table a registry's name is of; undefined for the path of a file. Throws INPUT_INVALID for any other. */
export function tableOf(from: string): string | undefined {
  if (!/^[a-z0-9]+:\/\//.test(from)) return undefined;
  const table = /^dynamodb:\/\/([\w.-]{3,255})$/.exec(from)?.[1];
  if (table !== undefined) return table;
  throw new AppError('INPUT_INVALID', 'this registry cannot be changed', {
    expected: 'dynamodb://TABLE, or the path of a file',
    got: from,
    hint: from.startsWith('s3://')
      ? 'an object is a copy that others read: name what it is published from with --registry'
      : 'name another with --registry',
  });
}
