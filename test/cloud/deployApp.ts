import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * returns what each stack puts out.
 */
export async function deployApp(
  { endpoint, region, credentials }: DeployTarget,
  folder: string,
  files: { readonly config: string; readonly deployment: string },
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const [config, deployment] = [join(folder, 'tenantscope.yaml'), join(folder, 'deployment.yaml')];
  writeFileSync(config, files.config);
  writeFileSync(deployment, files.deployment);
  for (const script of ['bundleLambda', 'bundleJobs']) execFileSync(process.execPath, [`scripts/${script}.mjs`]);
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
  const cdk = (...args: readonly string[]) => run(process.execPath, [CDK, ...args, '--output', cdkOut], { env });
  await cdk('bootstrap', `aws://000000000000/${region}`);
  await cdk('synth', '--quiet');
  const missing = takeMissing(cdkOut);
  await run(
    process.execPath,
    [CDK, 'deploy', '--app', cdkOut, '--all', '--require-approval', 'never', '--outputs-file', outputs],
    { env },
  );
  await makeMissing(missing, cdkOut);
  return JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
}
