import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startReceiver } from '../alerts/channels/receiver.js';
import { temporaryFolder, tenantscope } from './tenantscope.js';

const root = temporaryFolder();
afterAll(() => root.remove());
const KEY = 'R0UT1NGKEY';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:alerts-AbCdEf:pager';
const PARAMETER = 'arn:aws:ssm:eu-west-1:123456789012:parameter/alerts/pager';

it('alerts test reads its secrets from Secrets Manager and the Parameter Store, and shows none', async () => {
  const pager = await startReceiver();
  const json = { 'content-type': 'application/x-amz-json-1.1' };
  const manager = await startReceiver({
    status: 200,
    headers: json,
    body: JSON.stringify({ SecretString: `{"pager":"${KEY}"}` }),
  });
  const store = await startReceiver({
    status: 400,
    headers: json,
    body: JSON.stringify({ __type: 'ParameterNotFound', message: KEY }),
  });
  const channel = (secret: string) => `{ type: pagerduty, routing_key: "${secret}", url: "${pager.url}" }`;
  writeFileSync(
    join(root.path, 'tenantscope.yaml'),
    `alerts: { channels: { pager: ${channel(SECRET)}, other: ${channel(PARAMETER)} }, routes: [{ channels: [pager] }] }\n`,
  );
  const env = {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
    AWS_ENDPOINT_URL_SSM: store.url,
  };
  const sent = await tenantscope(['alerts', 'test', 'pager'], { cwd: root.path, env });
  expect(sent).toMatchObject({ code: 0 });
  expect(pager.taken.map(({ body }) => JSON.parse(body).routing_key)).toEqual([KEY, KEY]);
  expect(manager.requests.map(({ body }) => JSON.parse(body))).toEqual([{ SecretId: SECRET.replace(/:pager$/, '') }]);
  const refused = await tenantscope(['alerts', 'test', 'other'], { cwd: root.path, env });
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining(`${PARAMETER} cannot be had`) });
  expect(refused.stdout).toContain('ParameterNotFound');
  expect(sent.stdout + sent.stderr + refused.stdout + refused.stderr).not.toContain(KEY);
  await Promise.all([pager, manager, store].map((one) => one.close()));
});
