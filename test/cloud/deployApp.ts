import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeMissing, takeMissing } from './missingTypes.js';

/** Where an app is deployed to: a local AWS that takes any credentials. */
export interface DeployTarget {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const run = promisify(execFile);
const CDK = 'node_modules/aws-cdk/bin/cdk';

/**
 * Deploys the project's own app by the CDK's command line, `cdk bootstrap` and `cdk deploy --all`, with this tenantscope.yaml, and
 * returns what each stack puts out. What two deployments share, the bundles and the account's bootstrap, they use one after the other.
 */
export async function deployApp(
  { endpoint, region, credentials }: DeployTarget,
  folder: string,
  files: { readonly config: string; readonly deployment: string },
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const [config, deployment] = [join(folder, 'tenantscope.yaml'), join(folder, 'deployment.yaml')];
  writeFileSync(config, files.config);
  writeFileSync(deployment, files.deployment);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    TENANTSCOPE_CONFIG: config,
    TENANTSCOPE_DEPLOYMENT: deployment,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const [outputs, cdkOut] = [join(folder, 'outputs.json'), join(folder, 'cdk.out')];
  const cdk = (...args: readonly string[]) => run(process.execPath, [CDK, ...args], { env });
  const release = await inTurn();
  try {
    for (const script of ['bundleLambda', 'bundleJobs', 'bundleLifecycle'])
      execFileSync(process.execPath, [`scripts/${script}.mjs`]);
    await cdk('bootstrap', `aws://000000000000/${region}`, '--output', cdkOut);
    await cdk('synth', '--quiet', '--output', cdkOut);
  } finally {
    release();
  }
  const missing = takeMissing(cdkOut);
  await cdk('deploy', '--app', cdkOut, '--all', '--require-approval', 'never', '--outputs-file', outputs);
  await makeMissing(missing, cdkOut);
  return JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
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
