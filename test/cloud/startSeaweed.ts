import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { freePort } from '../e2e/freePort.js';
import { startServer } from './startServer.js';

/** A real S3 server on the loopback address, empty but for the bucket `ready`. */
export interface RunningSeaweed {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

const FETCH = fileURLToPath(new URL('../../scripts/fetchSeaweed.sh', import.meta.url));
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'testsecret' };
/** It names its sockets by port, in a folder that cannot be chosen. */
const SOCKETS = ['filer', 'filer-grpc', 'master-grpc', 's3', 's3-grpc', 'volume-grpc'];

/** Fetches SeaweedFS where it is not at hand, and starts it. Throws when either fails. */
export async function startSeaweed(): Promise<RunningSeaweed> {
  const weed = execFileSync(FETCH, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'seaweed-'));
  mkdirSync(join(folder, 'data'));
  const identity = {
    name: 'admin',
    credentials: [{ accessKey: CREDENTIALS.accessKeyId, secretKey: CREDENTIALS.secretAccessKey }],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  };
  writeFileSync(join(folder, 's3.json'), JSON.stringify({ identities: [identity] }));
  const parts = ['master', 'volume', 'filer', 's3'];
  const ports = await Promise.all(parts.flatMap(() => [freePort(), freePort()]));
  const s3Port = ports[6] ?? 0;
  const endpoint = `http://127.0.0.1:${s3Port}`;
  const clean = (): void => {
    for (const port of ports) {
      for (const socket of SOCKETS) rmSync(`/tmp/seaweedfs-${socket}-${port}.sock`, { force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const client = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 });
  try {
    const stop = await startServer({
      name: 'seaweedfs',
      command: weed,
      args: [
        '-logtostderr=true',
        'server',
        `-dir=${join(folder, 'data')}`,
        '-ip=127.0.0.1',
        '-ip.bind=127.0.0.1',
        ...parts.flatMap((part, index) => [
          `-${part}.port=${ports[index * 2]}`,
          `-${part}.port.grpc=${ports[index * 2 + 1]}`,
        ]),
        '-s3',
        `-s3.config=${join(folder, 's3.json')}`,
        // Catalogues of tables nobody here asks for, each on a fixed port.
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        // Each bucket takes seven of them, which cost nothing as long as they are empty.
        '-volume.max=200',
        '-master.volumeSizeLimitMB=64',
        // It would report statistics to its makers otherwise.
        '-master.telemetry=false',
      ],
      folder,
      ready: () => writeOnce(client),
    });
    return {
      endpoint,
      region: REGION,
      credentials: CREDENTIALS,
      stop: async () => {
        await stop();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw error;
  } finally {
    client.destroy();
  }
}

/** Settings of a client of this server. */
export function seaweedClient(running: Omit<RunningSeaweed, 'stop'>): S3ClientConfig {
  const { endpoint, region, credentials } = running;
  return { endpoint, region, credentials, forcePathStyle: true };
}

/** The gateway answers before there is a volume to write to. */
async function writeOnce(client: S3Client): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: 'ready' })).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.name.startsWith('BucketAlready')) throw error;
  });
  await client.send(new PutObjectCommand({ Bucket: 'ready', Key: 'ready', Body: 'ready' }));
}
