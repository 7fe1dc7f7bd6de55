import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../infra/buildApp.js';
import { type Deployment, deploymentSchema } from '../../infra/settings/deploymentSchema.js';
import type { Settings } from '../../infra/settings/readSettings.js';
import { type Config, configSchema, parseConfigOrThrow, utcDaySchema } from '../../model/index.js';
import type { Report } from '../../queries/index.js';

/** Settings of a deployment.yaml and a tenantscope.yaml as objects. */
export function settingsOf(deployment: object = {}, configText = ''): Settings {
  const config: Config =
    configText === '' ? configSchema.parse({}) : parseConfigOrThrow(configText, 'tenantscope.yaml');
  const parsed: Deployment = deploymentSchema.parse(deployment);
  return { deployment: parsed, config, configText, today: utcDaySchema.parse('2026-11-27') };
}

/** The app over a bundle of one file, in a folder of its own. */
export function appOf(settings: Settings, reports?: readonly Report[]): App {
  const root = mkdtempSync(join(tmpdir(), 'synth-'));
  const bundle = join(root, 'bundle');
  mkdirSync(bundle);
  writeFileSync(join(bundle, 'handler.mjs'), 'export const handler = async () => ({});\n');
  const jobs = { light: bundle, duckdb: bundle };
  return buildApp({
    settings,
    bundle,
    jobs,
    lifecycle: bundle,
    version: '0.0.0',
    ...(reports === undefined ? {} : { reports }),
    app: { outdir: join(root, 'cdk.out') },
  });
}

/** Templates by the name of their stack. Synthesised, so that a finding nobody acknowledged throws. */
export function templatesOf(settings: Settings, reports?: readonly Report[]): Readonly<Record<string, Template>> {
  const app = appOf(settings, reports);
  app.synth();
  const stacks = app.node.children.filter((child): child is Stack => child instanceof Stack);
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, Template.fromStack(stack)]));
}
