import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { openPolicyStore, type PolicyStore } from '../alerts/index.js';
import { AppError, type Config, LAKE, parseS3Url } from '../model/index.js';
import { dryStore, loadDynamoStore, localStore, type ObjectStore, s3Store } from '../queries/index.js';

/**
 * Where incidents are kept: what `detection.state` names, or the lake's own folder. Clients are loaded when they are needed. Of a dry
 * run nothing that is written gets there.
 */
export async function alertsState(config: Config, { dryRun = false } = {}): Promise<PolicyStore> {
  const store = await alertsStore(config);
  return openPolicyStore(dryRun ? dryStore(store) : store);
}

/** The store that incidents and deliveries are kept in. Throws LAKE_NOT_FOUND. */
export async function alertsStore({ detection: { state }, lake }: Config): Promise<ObjectStore> {
  if (state?.startsWith('s3://') === true) {
    const { S3Client } = await import('@aws-sdk/client-s3');
    return s3Store({ client: new S3Client({}), ...parseS3Url(state) });
  }
  if (state !== undefined) return loadDynamoStore(state);
  // A mistyped path must not look like a lake without incidents.
  await access(join(lake, LAKE.marker)).catch((cause: unknown) => {
    throw new AppError('LAKE_NOT_FOUND', 'this is not a lake', {
      expected: `a folder with ${LAKE.marker}`,
      got: lake,
      hint: 'check the path given to --lake',
      cause,
    });
  });
  return localStore(lake);
}
