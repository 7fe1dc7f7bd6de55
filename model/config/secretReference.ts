import * as z from 'zod';

/** Where a secret is: an environment variable, a file, or an entry of Secrets Manager or the Parameter Store. */
export type SecretReference = string;

const REFERENCE =
  /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+|arn:aws[a-z-]*:(?:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+|ssm:[a-z0-9-]+:\d{12}:parameter\/.+))$/;

/**
 * Zod schema of a reference to a secret. What stands there instead is never shown: whoever writes a secret into the file
 * by mistake must not find it in a log as well.
 */
export const secretReferenceSchema = z.custom<SecretReference>(
  (value) => typeof value === 'string' && REFERENCE.test(value),
  {
    error:
      'expected env:NAME, file:PATH or the ARN of a secret or parameter, got something else (not shown: it may be the secret)',
  },
);
