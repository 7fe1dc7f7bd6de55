import { createRequire } from 'node:module';
import { App, type AppProps, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { loadCatalogue, type Report } from '../queries/index.js';
import { AnalyticsStack } from './analytics/AnalyticsStack.js';
import { CellStack } from './cell/CellStack.js';
import { DEPLOYMENT_TAG } from './deploymentTag.js';
import { FleetStack } from './fleet/FleetStack.js';
import { type JobBundles, JobsStack } from './jobs/JobsStack.js';
import { LakeStack } from './lake/LakeStack.js';
import { OnCallStack } from './oncall/OnCallStack.js';
import { PeopleStack } from './people/PeopleStack.js';
import { cellsOf } from './settings/cellsOf.js';
import type { Settings } from './settings/readSettings.js';
import { requireOneRegistry } from './settings/requireOneRegistry.js';
import { TenantsStack } from './tenants/TenantsStack.js';

/** What an app is built of. */
export interface AppParts {
  readonly settings: Settings;
  /** Folder with the transform's bundle and its tenantscope.yaml. */
  readonly bundle: string;
  readonly jobs: JobBundles;
  /** Version of this program. */
  readonly version: string;
  /** Folder with the bundle of the function that follows tenants' lives. */
  readonly lifecycle: string;
  /** Reports that are saved in Athena; the catalogue when left out. */
  readonly reports?: readonly Report[];
  readonly app?: AppProps;
}

/**
 * The app: the lake, where alarms go, who may look, saved queries, the scheduled jobs, tenants' lives where their registry is a table, a stack for each
 * cell, and what watches all of them. Pure but for bundles and catalogue, which are read; no account, region or network. A finding of cdk-nag that
 * nobody acknowledged makes its synthesis throw. Throws CONFIG_INVALID.
 */
export function buildApp({ settings, bundle, jobs, lifecycle, version, ...rest }: AppParts): App {
  const { reports = loadCatalogue(), app: props = {} } = rest;
  const app = new App({ ...props, analyticsReporting: false, context: { ...features(), ...props.context } });
  const { prefix } = settings.deployment;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  Tags.of(app).add(DEPLOYMENT_TAG, prefix);
  const lake = new LakeStack(app, `${prefix}-lake`, { settings });
  const onCall = new OnCallStack(app, `${prefix}-on-call`, { settings });
  new JobsStack(app, `${prefix}-jobs`, { settings, lake, onCall, bundles: jobs, version });
  const people = new PeopleStack(app, `${prefix}-people`, { settings, lake });
  new AnalyticsStack(app, `${prefix}-analytics`, { settings, lake, people, reports });
  requireOneRegistry(settings);
  const tenants = settings.deployment.tenants.table
    ? new TenantsStack(app, `${prefix}-tenants`, { settings, bundle: lifecycle, alarms: onCall.details })
    : undefined;
  const snapshot = tenants?.published.snapshot;
  const cells = cellsOf(settings);
  const cellParts = { settings, lake, bundle, details: onCall.details, snapshot };
  const stacks = cells.map((cell) => new CellStack(app, `${prefix}-cell-${cell.id}`, { ...cellParts, cell }));
  new FleetStack(app, `${prefix}-fleet`, { settings, cells, after: stacks, topic: onCall.topic });
  return app;
}

/** What the CDK recommends to new apps, in the code rather than in cdk.json, so that whoever builds the app builds the same. */
function features(): Readonly<Record<string, unknown>> {
  const recommended: Readonly<Record<string, unknown>> = createRequire(import.meta.url)(
    'aws-cdk-lib/recommended-feature-flags.json',
  );
  // Exports and imports, which every CloudFormation knows: a cell holds on to the lake it delivers to.
  return { ...recommended, '@aws-cdk/core:defaultCrossStackReferences': 'strong' };
}
