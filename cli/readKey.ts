import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/**
 * The Ed25519 key a reference means: `env:NAME` or the path of a PEM file. A private key also stands for its public one.
 * Throws INPUT_NOT_FOUND and INPUT_INVALID; no part of a key is ever shown.
 */
export async function readKey(reference: string, kind: 'private' | 'public', context: CliContext): Promise<KeyObject> {
  const text = await keyText(reference, context);
  let key: KeyObject;
  try {
    key = kind === 'private' ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    throw notAKey(reference, kind, 'something else');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw notAKey(reference, kind, `a key of type ${key.asymmetricKeyType}`);
  return key;
}

async function keyText(reference: string, context: CliContext): Promise<string> {
  if (!reference.startsWith('env:')) {
    return readFile(reference, 'utf8').catch((error: unknown) => {
      throw new AppError('INPUT_NOT_FOUND', 'cannot read the key', {
        got: reference,
        hint: 'give a path, or env:NAME for an environment variable',
        cause: error,
      });
    });
  }
  const text = context.env[reference.slice('env:'.length)];
  if (text !== undefined && text !== '') return text;
  throw new AppError('INPUT_NOT_FOUND', 'the environment variable of the key is not set', { got: reference });
}

function notAKey(reference: string, kind: string, got: string): AppError {
  return new AppError('INPUT_INVALID', 'not a usable key', {
    where: reference,
    expected: `an Ed25519 ${kind} key as PEM`,
    got,
    hint: 'make one with: openssl genpkey -algorithm ed25519',
  });
}
