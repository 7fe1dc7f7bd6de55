import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../e2e/freePort.js';
import { startServer } from './startServer.js';

/** A local AWS on the loopback address: one endpoint for every service, one account, any credentials. */
export interface RunningMiniStack {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

const FETCH = fileURLToPath(new URL('../../scripts/fetchMiniStack.sh', import.meta.url));
const LAUNCH = fileURLToPath(new URL('launchMiniStack.py', import.meta.url));
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Fetches MiniStack where it is not at hand, and starts it. Throws when either fails. */
export async function startMiniStack(): Promise<RunningMiniStack> {
  const python = execFileSync(FETCH, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  const folder = mkdtempSync(join(tmpdir(), 'ministack-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const stop = await startServer({
      name: 'ministack',
      command: python,
      args: [LAUNCH],
      env: {
        // It would listen on every interface otherwise.
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_REGION: REGION,
        // Functions run with this machine's node, not in containers.
        LAMBDA_EXECUTOR: 'local',
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        S3_DATA_DIR: join(folder, 's3'),
        TMPDIR: folder,
        LOG_LEVEL: 'WARNING',
        PYTHONDONTWRITEBYTECODE: '1',
      },
      folder,
      ready: async () => {
        const response = await fetch(`${endpoint}/_ministack/health`);
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
      },
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
  }
}
