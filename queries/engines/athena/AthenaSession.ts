import type { AthenaClient } from '@aws-sdk/client-athena';
import type { S3Client } from '@aws-sdk/client-s3';
import type { AthenaSettings } from './AthenaOptions.js';
import type { Guard } from './Guard.js';

/** What each step of one statement needs. */
export interface AthenaSession {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly settings: AthenaSettings;
  readonly guard: Guard;
}
