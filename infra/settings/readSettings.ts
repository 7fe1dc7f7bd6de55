import { existsSync, readFileSync } from 'node:fs';
import { type Config, configInvalid, parseConfigOrThrow, parseYaml, type UtcDay } from '../../model/index.js';
import { type Deployment, deploymentSchema } from './deploymentSchema.js';

/** What the app is made of: the project's configuration, and what only a deployment needs. */
export interface Settings {
  readonly deployment: Deployment;
  readonly config: Config;
  /** The text of tenantscope.yaml as the transform gets it; of an empty one where there is none. */
  readonly configText: string;
  /** The day the app is built on: a tenant that leaves later is in its cell still. */
  readonly today: UtcDay;
}

/**
 * Reads deployment.yaml and tenantscope.yaml. A file that is not there has the defaults alone. Throws CONFIG_INVALID with every
 * problem, at file:line:column.
 */
export function readSettings(files: { readonly deployment: string; readonly config: string }, today: UtcDay): Settings {
  const configText = textOf(files.config);
  const config = parseConfigOrThrow(configText, files.config);
  const parsed = parseYaml(deploymentSchema, textOf(files.deployment), files.deployment);
  if (!parsed.ok) throw configInvalid(files.deployment, parsed.problems, 'npm run synth');
  return { deployment: parsed.value, config, configText, today };
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
