import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type MissingResource, makeMissing, takeMissing } from './missingTypes.js';

/** Where an app is deployed to: a local AWS that takes any credentials. */
export interface DeployTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What each stack puts out. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const run = promisify(execFile);

/**
 * Deploys the project's own app by the CDK's command line, `cdk bootstrap` and `cdk deploy --all`, with this tenantscope.yaml, and
 * returns what each stack puts out. What two deployments share, the bundles and the account's bootstrap, they use one after the other.
 */
export async function deployApp(
  target: DeployTarget,
  folder: string,
  files: { readonly config: string; readonly deployment: string },
): Promise<Outputs> {
  writeFileSync(join(folder, 'tenantscope.yaml'), files.config);
  writeFileSync(join(folder, 'deployment.yaml'), files.deployment);
  const [outputs, cdkOut] = [join(folder, 'outputs.json'), join(folder, 'cdk.out')];
  const cdk = cdkOf(target, folder, '.');
  const release = await inTurn();
  try {
    bundle('.');
    await cdk('bootstrap', `aws://000000000000/${target.region}`, '--output', cdkOut);
    await cdk('synth', '--quiet', '--output', cdkOut);
  } finally {
    release();
  }
  const missing = takeMissing(cdkOut);
  await cdk('deploy', '--app', cdkOut, '--all', '--require-approval', 'never', '--outputs-file', outputs);
  await makeMissing(missing, cdkOut);
  return JSON.parse(readFileSync(outputs, 'utf8')) as Outputs;
}

/** Another state of the project, synthesised for what `deployApp` deployed. */
export interface ChangedApp {
  /** Stacks whose templates are others than those that are deployed. */
  readonly stacks: readonly string[];
  /** Of resources that the local AWS lacks and that nobody made again, as they are after the change. */
  readonly missing: readonly MissingResource[];
  /** Deploys these stacks and no others. */
  deploy(...stacks: readonly string[]): Promise<void>;
}

/** Synthesises the app of another project folder with the tenantscope.yaml and the deployment.yaml that are deployed. */
export async function changeApp(target: DeployTarget, folder: string, project: string): Promise<ChangedApp> {
  const cdk = cdkOf(target, folder, project);
  const cdkOut = join(project, 'cdk.out');
  bundle(project);
  await cdk('synth', '--quiet', '--output', cdkOut);
  const missing = takeMissing(cdkOut);
  const templates = readdirSync(cdkOut).filter((file) => file.endsWith('.template.json'));
  const textOf = (out: string, file: string): string => readFileSync(join(out, file), 'utf8');
  const changed = templates.filter((file) => textOf(cdkOut, file) !== textOf(join(folder, 'cdk.out'), file));
  return {
    stacks: changed.map((file) => file.replace('.template.json', '')).sort(),
    missing,
    deploy: async (...stacks) => {
      await cdk('deploy', '--app', cdkOut, '--exclusively', '--require-approval', 'never', ...stacks);
    },
  };
}

/** The CDK's command line in a project's folder, for an account that has nothing of this machine's settings. */
function cdkOf({ endpoint, region, credentials }: DeployTarget, folder: string, project: string) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    TENANTSCOPE_CONFIG: join(folder, 'tenantscope.yaml'),
    TENANTSCOPE_DEPLOYMENT: join(folder, 'deployment.yaml'),
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const cdk = 'node_modules/aws-cdk/bin/cdk';
  return (...args: readonly string[]) => run(process.execPath, [cdk, ...args], { env, cwd: project });
}

function bundle(project: string): void {
  for (const script of ['bundleLambda', 'bundleJobs', 'bundleLifecycle'])
    execFileSync(process.execPath, [`scripts/${script}.mjs`], { cwd: project });
}

const TURN = 'dist/.deploying';

/** Waits for others' turn to end; a folder has one maker. `npm run build` clears away what a killed test left. */
async function inTurn(): Promise<() => void> {
  for (let waited = 0; waited < 600; waited += 1) {
    try {
      mkdirSync(TURN);
      return () => rmSync(TURN, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await sleep(500);
    }
  }
  throw new Error(`${TURN} was there for five minutes: remove it`);
}
