import { AppError, systemCode } from '../../model/index.js';
import type { SecretSources } from './readSecret.js';

/** What a reference to Secrets Manager names; as ECS writes it, a key of a secret that is JSON and a version may follow the ARN. */
interface SecretEntry {
  readonly id: string;
  readonly key: string | undefined;
  readonly stage: string | undefined;
  readonly version: string | undefined;
}

/** One entry of Secrets Manager, or one parameter, as text. Throws what AWS answers. */
export interface CloudReaders {
  readonly secret: (region: string, entry: Omit<SecretEntry, 'key'>) => Promise<string | undefined>;
  readonly parameter: (region: string, arn: string) => Promise<string | undefined>;
}

const PERMISSIONS = {
  secretsmanager: 'secretsmanager:GetSecretValue on it, and kms:Decrypt where it has a key of its own',
  ssm: 'ssm:GetParameter on it, and kms:Decrypt for a SecureString',
} as const;

/**
 * Reads secrets by their ARN: `arn:…:secretsmanager:…:secret:NAME`, with `:KEY`, or `:KEY:STAGE:VERSION`, behind it for one key of
 * a secret that is JSON; `arn:…:ssm:…:parameter/NAME`, SecureStrings decrypted. Each entry is asked for once, in the region of
 * its ARN, and again only after a failure: make one for each run. Throws CONFIG_INVALID that names the reference and what AWS
 * said, never what stands behind it.
 */
export function cloudSecrets(readers: CloudReaders): NonNullable<SecretSources['cloud']> {
  const known = new Map<string, Promise<string | undefined>>();
  const once = (what: string, read: () => Promise<string | undefined>): Promise<string | undefined> => {
    const asked = known.get(what) ?? read();
    known.set(what, asked);
    asked.catch(() => known.delete(what));
    return asked;
  };
  return async (arn) => {
    const [, , service, region = '', ...rest] = arn.split(':');
    if (service === 'ssm') {
      return found(
        arn,
        await answered(
          arn,
          'ssm',
          once(arn, () => readers.parameter(region, arn)),
        ),
      );
    }
    const entry = entryOf(arn, rest);
    const { key, ...of } = entry;
    const text = await answered(
      arn,
      'secretsmanager',
      once(JSON.stringify(of), () => readers.secret(region, of)),
    );
    return key === undefined ? found(arn, text) : keyOf(arn, found(arn, text), key);
  };
}

/** Readers on AWS's clients, which wait so long for an answer, and are loaded when the first secret is read; credentials come from AWS's own chain. */
export function awsReaders(timeoutMs: number): CloudReaders {
  const settings = (region: string) => ({
    region,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
  return {
    secret: async (region, { id, stage, version }) => {
      const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
      const { SecretString, SecretBinary } = await new SecretsManagerClient(settings(region)).send(
        new GetSecretValueCommand({
          SecretId: id,
          ...(stage === undefined ? {} : { VersionStage: stage }),
          ...(version === undefined ? {} : { VersionId: version }),
        }),
      );
      return SecretString ?? (SecretBinary === undefined ? undefined : Buffer.from(SecretBinary).toString('utf8'));
    },
    parameter: async (region, arn) => {
      const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
      const answer = await new SSMClient(settings(region)).send(
        new GetParameterCommand({ Name: arn, WithDecryption: true }),
      );
      return answer.Parameter?.Value;
    },
  };
}

/** Names of secrets hold no colon, so what follows one is not part of the ARN. */
function entryOf(arn: string, [account = '', kind = '', name = '', ...rest]: readonly string[]): SecretEntry {
  if (rest.length > 3) throw refused(arn, `${rest.length} parts behind the name`, 'at most KEY:STAGE:VERSION');
  const [key, stage, version] = rest.map((part) => (part === '' ? undefined : part));
  const id = [...arn.split(':').slice(0, 4), account, kind, name].join(':');
  return { id, key, stage, version };
}

async function answered(
  arn: string,
  service: keyof typeof PERMISSIONS,
  asked: Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await asked;
  } catch (error) {
    // The name alone: what AWS writes beside it is long, and nothing of an answer may be repeated here.
    const name = systemCode(error) ?? (error instanceof Error ? error.name : 'no answer');
    throw refused(arn, name, `an entry this job may read: ${PERMISSIONS[service]}`);
  }
}

function found(arn: string, text: string | undefined): string {
  if (text === undefined) throw refused(arn, 'an entry without a value', 'a text');
  return text;
}

function keyOf(arn: string, text: string, key: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without its cause: JSON's own errors quote the text.
    throw refused(arn, 'a secret that is not JSON', `a JSON object with the key ${key}`);
  }
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  if (typeof found !== 'string') throw refused(arn, 'no text of that name', `a JSON object with the key ${key}`);
  return found;
}

function refused(arn: string, got: string, expected: string): AppError {
  return new AppError('CONFIG_INVALID', `the secret ${arn} cannot be had`, { expected, got });
}
