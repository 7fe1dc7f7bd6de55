import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { awsReaders, cloudSecrets } from '../../../alerts/channels/cloudSecrets.js';
import { readSecret } from '../../../alerts/channels/readSecret.js';
import { openChannels, sendHeartbeats } from '../../../alerts/index.js';
import { configSchema } from '../../../model/index.js';
import { AT, message } from '../alertSamples.js';
import { startReceiver } from './receiver.js';

const manager = mockClient(SecretsManagerClient);
const ssm = mockClient(SSMClient);
afterEach(() => {
  manager.reset();
  ssm.reset();
});

const SECRET = 'S3CR3TROUT1NGKEY';
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:alerts/pager-AbCdEf';
const PARAMETER = 'arn:aws-cn:ssm:cn-north-1:123456789012:parameter/alerts/hook';
const sources = () => ({ env: {}, cloud: cloudSecrets(awsReaders(1000)) });
const named = (name: string, text = 'no') => Object.assign(new Error(text), { name });

describe('cloudSecrets', () => {
  it('reads a secret, text or binary, and a parameter, decrypted, each in the region of its ARN', async () => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: 'whsec_x' } });
    manager
      .on(GetSecretValueCommand, { SecretId: ARN })
      .resolves({ SecretString: ` ${SECRET}\n` })
      .on(GetSecretValueCommand, { SecretId: `${ARN}2` })
      .resolves({ SecretBinary: new TextEncoder().encode('binary') });
    expect(await readSecret(ARN, sources())).toBe(SECRET);
    expect(await readSecret(`${ARN}2`, sources())).toBe('binary');
    expect(await readSecret(PARAMETER, sources())).toBe('whsec_x');
    expect(ssm.commandCalls(GetParameterCommand)[0]?.args[0].input).toEqual({ Name: PARAMETER, WithDecryption: true });
    expect(await regionOf(ssm.commandCalls(GetParameterCommand)[0]?.thisValue)).toBe('cn-north-1');
    expect(await regionOf(manager.commandCalls(GetSecretValueCommand)[0]?.thisValue)).toBe('eu-west-1');
  });

  it('reads a key of a secret that is JSON, and of a version, as ECS names them', async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify({ pager: SECRET, depth: { a: 1 } }) });
    const { cloud, env } = sources();
    expect(await readSecret(`${ARN}:pager`, { cloud, env })).toBe(SECRET);
    expect(await readSecret(`${ARN}:pager::`, { cloud, env })).toBe(SECRET);
    expect(await readSecret(`${ARN}:pager:AWSPREVIOUS:`, { cloud, env })).toBe(SECRET);
    expect(manager.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input)).toEqual([
      { SecretId: ARN },
      { SecretId: ARN, VersionStage: 'AWSPREVIOUS' },
    ]);
    for (const key of ['depth', 'none', 'constructor'])
      await expect(readSecret(`${ARN}:${key}`, { cloud, env })).rejects.toThrow(/no text of that name/);
    await expect(readSecret(`${ARN}:a:b:c:d`, { cloud, env })).rejects.toThrow(/at most KEY:STAGE:VERSION/);
  });

  it('asks for each entry once in a run, however many channels share it, and again after a failure', async () => {
    manager.on(GetSecretValueCommand).rejectsOnce(named('InternalServiceError')).resolves({ SecretString: SECRET });
    const { cloud, env } = sources();
    await expect(readSecret(ARN, { cloud, env })).rejects.toThrow(/InternalServiceError/);
    const all = await Promise.all([1, 2, 3].map(() => readSecret(ARN, { cloud, env })));
    expect(all).toEqual([SECRET, SECRET, SECRET]);
    expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(2);
  });

  it.each([
    ['a refusal', ARN, named('AccessDeniedException', `not ${SECRET}`), /AccessDeniedException/],
    ['a parameter that is not there', PARAMETER, named('ParameterNotFound', SECRET), /ssm:GetParameter/],
    ['no network', ARN, Object.assign(named('Error', SECRET), { code: 'ECONNREFUSED' }), /ECONNREFUSED/],
  ])('says of %s which reference and why, and nothing that stands behind it', async (_name, arn, error, says) => {
    manager.on(GetSecretValueCommand).rejects(error);
    ssm.on(GetParameterCommand).rejects(error);
    const failed = await failureOf(arn);
    expect(failed).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(says) });
    expect(failed.message).toContain(arn);
    expect(everythingOf(failed)).not.toContain(SECRET);
  });

  it('shows nothing of a secret that is not what was expected', async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: `${SECRET} {` });
    const failed = await failureOf(`${ARN}:pager`);
    expect(failed.message).toContain('a secret that is not JSON');
    expect(everythingOf(failed)).not.toContain(SECRET);
    manager.on(GetSecretValueCommand).resolves({});
    await expect(readSecret(ARN, sources())).rejects.toThrow(/without a value/);
  });

  it('serves channels and heartbeats, which fail alone without it and show it nowhere', async () => {
    const receiver = await startReceiver({ status: 400, body: `no key ${SECRET}` });
    manager.on(GetSecretValueCommand, { SecretId: ARN }).resolves({ SecretString: SECRET });
    ssm.on(GetParameterCommand).rejects(named('AccessDeniedException'));
    const config = configSchema.parse({
      alerts: {
        channels: {
          pager: { type: 'pagerduty', routing_key: ARN, url: receiver.url },
          chat: { type: 'slack', url: PARAMETER },
        },
        routes: [{ channels: [] }],
        heartbeats: [{ url: PARAMETER }],
      },
    });
    const secrets = sources();
    const channels = await openChannels(config, { clock: () => AT, secrets, write: () => undefined });
    const send = (name: string) => channels.get(name)?.send(message('opened'), { id: 'e', repeated: false });
    expect(await send('pager')).toEqual({ kind: 'rejected', reason: 'HTTP 400: no key ***' });
    expect(JSON.parse(receiver.requests[0]?.body ?? '{}').routing_key).toBe(SECRET);
    expect(await send('chat')).toMatchObject({ kind: 'retry', reason: expect.stringContaining(PARAMETER) });
    const beat = { clock: () => AT, random: () => 0, sleep: async () => undefined, secrets };
    expect(await sendHeartbeats(config.alerts, beat)).toMatchObject([
      { index: 0, reason: expect.stringContaining('AccessDeniedException') },
    ]);
    await receiver.close();
  });
});

async function failureOf(reference: string): Promise<Error> {
  const thrown: unknown = await readSecret(reference, sources()).catch((error: unknown) => error);
  if (!(thrown instanceof Error)) throw new Error('it was read');
  return thrown;
}

/** All that an error could show to whoever prints it, causes included. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(Object.values(error))} ${everythingOf(error.cause ?? '')}`;
}

const regionOf = async (client: unknown): Promise<string> =>
  (client as { config: { region: () => Promise<string> } }).config.region();
