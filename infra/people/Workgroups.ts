import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** What workgroups are made with. */
export interface WorkgroupsProps {
  readonly prefix: string;
  readonly results: Bucket;
  readonly key: Key;
  /** A query that has read so many bytes is cancelled. */
  readonly bytesCutoff: number;
  /** Tenants that query their own lines. */
  readonly tenants: readonly string[];
}

/** Folder of a workgroup's results in the bucket of results. */
export const resultsOf = (workgroup: string): string => `athena/${workgroup}`;

/** Name of the workgroup of people, of jobs, or of one tenant. */
export const workgroupName = (prefix: string, of: 'reports' | 'ledger' | `tenant-${string}`): string =>
  `${prefix}-${of}`;

/**
 * Athena's workgroups: one for people, one for the ledger's jobs, one for each tenant that queries its own lines. Nobody but
 * those jobs sends results elsewhere or in the clear, and nobody reads more than the cut-off; each has a folder for its results.
 */
export class Workgroups extends Construct {
  constructor(scope: Construct, id: string, { prefix, results, key, bytesCutoff, tenants }: WorkgroupsProps) {
    super(scope, id);
    const names = ['reports', 'ledger', ...tenants.map((tenant) => `tenant-${tenant}` as const)] as const;
    for (const of of names) {
      const name = workgroupName(prefix, of);
      new CfnWorkGroup(this, of, {
        name,
        description: `tenantscope: ${of}`,
        workGroupConfiguration: {
          // Where the place of results is enforced, Athena makes tables of a query below it, where results expire.
          enforceWorkGroupConfiguration: of !== 'ledger',
          publishCloudWatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: bytesCutoff,
          engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
          resultConfiguration: {
            outputLocation: results.s3UrlForObject(`${resultsOf(name)}/`),
            encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
          },
        },
      });
    }
  }
}
