import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { AppError } from '../model/index.js';
import { buildApp } from './buildApp.js';
import { readSettings } from './settings/readSettings.js';

/** Made by `npm run bundle:lambda`. */
const BUNDLE = 'dist/lambda';
/** Made with it. */
const LIFECYCLE = 'dist/lambda-lifecycle';
/** The same with the configuration it reads. */
const ASSET = 'dist/lambda-transform';

/** What the CDK command line runs, in the project's folder: TENANTSCOPE_DEPLOYMENT and TENANTSCOPE_CONFIG name the two files. */
function main(): void {
  const settings = readSettings({
    deployment: process.env.TENANTSCOPE_DEPLOYMENT ?? 'deployment.yaml',
    config: process.env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml',
  });
  rmSync(ASSET, { recursive: true, force: true });
  mkdirSync(ASSET, { recursive: true });
  cpSync(BUNDLE, ASSET, { recursive: true });
  writeFileSync(`${ASSET}/tenantscope.yaml`, settings.configText);
  buildApp({ settings, bundle: ASSET, lifecycle: LIFECYCLE }).synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 78;
}
