import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { AppError } from '../../model/index.js';
import type { Settings } from '../settings/readSettings.js';
import { unreachableSecrets } from './channelGrants.js';
import type { JobBundles } from './JobsStack.js';

/** What is put beside the bundles. */
export interface StageOptions {
  readonly settings: Settings;
  /** Folder of the bundles, made by `npm run bundle:jobs`. */
  readonly bundles: string;
  /** Where the functions' folders are made; what is there is replaced. */
  readonly out: string;
  /** The project's folder, with its node_modules. */
  readonly root: string;
}

/** What pictures of incidents are drawn with, read beside the code at run time (charts/renderPng.ts), and what it is found by. */
const DRAWING = [
  ['@resvg/resvg-wasm', 'package.json'],
  ['@resvg/resvg-wasm', 'index_bg.wasm'],
  ['@fontsource/inter', 'package.json'],
  ['@fontsource/inter', 'LICENSE'],
  ['@fontsource/inter', 'files/inter-latin-400-normal.woff2'],
] as const;

/**
 * Makes the folders that become the jobs' functions: the bundles, tenantscope.yaml with the rate cards it names, what draws pictures, and DuckDB for the
 * architecture that is deployed to. Throws CONFIG_INVALID for a configuration that a function cannot follow, INPUT_NOT_FOUND for a
 * rate card that is not there and for a DuckDB that was not installed for that architecture.
 */
export function stageJobs({ settings, bundles, out, root }: StageOptions): JobBundles {
  mustBeDeployable(settings);
  rmSync(out, { recursive: true, force: true });
  const staged = { light: join(out, 'light'), duckdb: join(out, 'duckdb') };
  for (const [name, folder] of Object.entries(staged)) {
    cpSync(join(bundles, name), folder, { recursive: true });
    writeFileSync(join(folder, 'tenantscope.yaml'), settings.configText);
  }
  for (const [name, file] of DRAWING) copyFile(name, file, root, staged.light);
  for (const file of settings.config.rate_card_files) copyRates(file, root, staged.duckdb);
  copyDuckDb(settings.deployment.jobs.duckdb_architecture, root, join(staged.duckdb, 'node_modules', '@duckdb'));
  return staged;
}

/** What only a machine at hand can follow is refused before anything is deployed, rather than by a job at night. */
function mustBeDeployable({ config, deployment }: Settings): void {
  const [secret] = unreachableSecrets(config);
  if (secret !== undefined) {
    throw new AppError('CONFIG_INVALID', 'a secret of alerts is where no function can read it', {
      where: 'alerts',
      expected: 'the ARN of an entry of Secrets Manager or the Parameter Store',
      got: secret,
    });
  }
  if (config.detection.signals !== undefined) {
    throw new AppError('CONFIG_INVALID', 'signals are in a file that the deployed detection job cannot see', {
      where: 'detection.signals',
      expected: 'none: metrics that are imported into the lake are signals, too',
      got: config.detection.signals,
    });
  }
  if (config.billing.signing_key !== undefined && deployment.jobs.signing_secret === undefined) {
    throw new AppError('CONFIG_INVALID', 'exports are signed with a key that the deployed billing job cannot read', {
      where: 'billing.signing_key',
      expected: 'the same key in Secrets Manager, as jobs.signing_secret in deployment.yaml',
      got: config.billing.signing_key,
      hint: 'an export that is not signed would be another version of one that is',
    });
  }
}

/** A job reads rate cards by the same path, from its own folder. */
function copyRates(file: string, root: string, folder: string): void {
  const path = normalize(file);
  if (isAbsolute(path) || path.startsWith('..')) {
    throw new AppError('CONFIG_INVALID', 'a file of rate cards is outside the folder that is deployed', {
      where: 'rate_card_files',
      expected: 'paths below the working directory',
      got: file,
    });
  }
  const from = join(root, path);
  if (!existsSync(from)) {
    throw new AppError('INPUT_NOT_FOUND', 'a file of rate cards is not there', { where: 'rate_card_files', got: file });
  }
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  cpSync(from, join(folder, path));
}

/** A file of a package, below the same name in a function's folder. */
function copyFile(name: string, file: string, root: string, folder: string): void {
  const [from, to] = [root, folder].map((base) => join(base, 'node_modules', name, file)) as [string, string];
  if (!existsSync(from)) {
    throw new AppError('INPUT_NOT_FOUND', `${name} is not installed`, { got: from, hint: 'run: npm ci' });
  }
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** npm installs DuckDB for the machine it runs on; a function runs on Linux with glibc, of one of two architectures. */
function copyDuckDb(architecture: 'x86_64' | 'arm64', root: string, folder: string): void {
  const cpu = architecture === 'arm64' ? 'arm64' : 'x64';
  const binding = `node-bindings-linux-${cpu}`;
  const modules = join(root, 'node_modules', '@duckdb');
  const wanted = versionOf(join(modules, 'node-bindings'));
  const found = versionOf(join(modules, binding));
  if (wanted === undefined || found !== wanted) {
    throw new AppError('INPUT_NOT_FOUND', `DuckDB is not installed for the functions' architecture, linux ${cpu}`, {
      where: `node_modules/@duckdb/${binding}`,
      expected: `version ${wanted ?? 'of @duckdb/node-api'}`,
      got: found ?? 'nothing: npm installs it for this machine alone',
      hint: `run: npm install --no-save --force --os=linux --cpu=${cpu} --libc=glibc @duckdb/${binding}@${wanted ?? 'latest'}; or set jobs.duckdb_architecture in deployment.yaml to what is there`,
    });
  }
  for (const name of ['node-api', 'node-bindings', binding]) {
    const files = (path: string): boolean => !/\.(?:d\.ts|map|md)$/.test(path);
    cpSync(join(modules, name), join(folder, name), { recursive: true, filter: files });
  }
}

function versionOf(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { version }: { readonly version?: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
