import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { AppError, utcDayOf } from '../model/index.js';
import { findReport, loadCatalogue, type Report } from '../queries/index.js';
import { buildApp } from './buildApp.js';
import { stageJobs } from './jobs/stageJobs.js';
import { readSettings } from './settings/readSettings.js';

/** Made by `npm run bundle:lambda`. */
const BUNDLE = 'dist/lambda';
/** Made with it. */
const LIFECYCLE = 'dist/lambda-lifecycle';
/** The same with the configuration it reads. */
const ASSET = 'dist/lambda-transform';
/** Made by `npm run bundle:jobs`, and the same with what they read beside them. */
const JOB_BUNDLES = 'dist/lambda-jobs';
const JOB_ASSETS = 'dist/lambda-jobs-staged';
/** Where the project's own reports are, as the command line has it. */
const REPORTS = 'reports';

/** What the CDK command line runs, in the project's folder: TENANTSCOPE_DEPLOYMENT and TENANTSCOPE_CONFIG name the two files. */
function main(): void {
  const files = {
    deployment: process.env.TENANTSCOPE_DEPLOYMENT ?? 'deployment.yaml',
    config: process.env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml',
  };
  const settings = readSettings(files, utcDayOf(Date.now()));
  rmSync(ASSET, { recursive: true, force: true });
  mkdirSync(ASSET, { recursive: true });
  cpSync(BUNDLE, ASSET, { recursive: true });
  writeFileSync(`${ASSET}/tenantscope.yaml`, settings.configText);
  const jobs = stageJobs({ settings, bundles: JOB_BUNDLES, out: JOB_ASSETS, root: '.' });
  const { version }: { readonly version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
  buildApp({ settings, bundle: ASSET, jobs, lifecycle: LIFECYCLE, version, reports: savedReports() }).synth();
}

/** The catalogue and the project's own reports, each of which has to be one that can be run. */
function savedReports(): readonly Report[] {
  if (!existsSync(REPORTS)) return loadCatalogue();
  return loadCatalogue(REPORTS).map(({ name }) => findReport(name, REPORTS));
}

try {
  main();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(error.message);
  process.exitCode = 78;
}
