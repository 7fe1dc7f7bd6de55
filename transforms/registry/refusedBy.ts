import { AppError } from '../../model/index.js';

/** The HTTP status of an AWS client's error, or undefined. */
export function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode;
}

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'UnrecognizedClientException',
]);
const MISSING: ReadonlySet<string> = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound', 'ResourceNotFoundException']);

/** What an AWS client's error means for who asked for the registry. */
export function refusedBy(error: unknown, store: string): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  const details = { got: store, cause: error };
  if (MISSING.has(name)) {
    return new AppError('INPUT_NOT_FOUND', 'there is no registry', {
      ...details,
      hint: 'registry.from in tenantscope.yaml names it',
    });
  }
  if (DENIED.has(name)) {
    return new AppError('PERMISSION_DENIED', 'the registry may not be read', {
      ...details,
      hint: 'the role needs s3:GetObject of the object, or dynamodb:GetItem and dynamodb:Query of the table',
    });
  }
  return new AppError('ENGINE_UNAVAILABLE', `the registry cannot be reached (${name || 'unknown error'})`, details);
}
