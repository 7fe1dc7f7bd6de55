import { readFile } from 'node:fs/promises';
import { AppError, type SecretReference, systemCode } from '../../model/index.js';

/** Where secrets come from. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a secret of Secrets Manager or a parameter of the Parameter Store, by its ARN: `cloudSecrets`; absent without AWS. */
  readonly cloud?: (arn: string) => Promise<string>;
}

/**
 * The secret a reference means, without white space around it. Throws CONFIG_INVALID that names the reference, never what
 * stands behind it.
 */
export async function readSecret(reference: SecretReference, sources: SecretSources): Promise<string> {
  const secret = (await textOf(reference, sources)).trim();
  if (secret === '') throw missing(reference, 'an empty text');
  return secret;
}

async function textOf(reference: string, { env, cloud }: SecretSources): Promise<string> {
  if (reference.startsWith('env:')) {
    const text = env[reference.slice('env:'.length)];
    if (text === undefined) throw missing(reference, 'an environment variable that is not set');
    return text;
  }
  if (reference.startsWith('file:')) {
    return readFile(reference.slice('file:'.length), 'utf8').catch((error: unknown) => {
      throw missing(reference, `a file that cannot be read (${systemCode(error) ?? 'unknown'})`);
    });
  }
  if (cloud === undefined) throw missing(reference, 'an ARN, where nothing reads one; here take env: or file:');
  return cloud(reference);
}

function missing(reference: string, got: string): AppError {
  return new AppError('CONFIG_INVALID', `the secret ${reference} cannot be had`, { expected: 'a text', got });
}
