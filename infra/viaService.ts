import type { Stack } from 'aws-cdk-lib';

/**
 * How KMS names a service that uses a key for somebody (`kms:ViaService`), in whatever partition: some name a region's services below
 * `amazonaws.com`, some below a suffix of their own.
 */
export function viaService({ region, urlSuffix }: Stack, service: string): string[] {
  return [`${service}.${region}.amazonaws.com`, `${service}.${region}.${urlSuffix}`];
}
