import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { AppError } from '../../model/index.js';
import type { CliContext } from '../CliContext.js';
import type { AwsParts } from './awsChecks.js';
import type { Machine } from './machineChecks.js';

const FLUENT_BIT_MS = 20_000;
const AWS_MS = 15_000;

/** This machine. */
export function thisMachine({ clock, env }: CliContext): Machine {
  return {
    nodeVersion: process.versions.node,
    clock,
    steadyClock: () => performance.timeOrigin + performance.now(),
    fluentBit: async () => {
      const { stdout } = await promisify(execFile)('fluent-bit', ['--version'], { timeout: FLUENT_BIT_MS, env });
      return stdout;
    },
    freeBytes: async (path) => {
      const { bavail, bsize } = await statfs(nearestFolder(path));
      return bavail * bsize;
    },
    temporary: tmpdir(),
  };
}

/** The path, or what of it is there. */
function nearestFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** AWS as this machine sees it; asked only where `ask` is wanted. */
export function awsParts({ env, clock }: CliContext, ask: boolean): AwsParts {
  const home = env.HOME ?? homedir();
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws/credentials'),
    env.AWS_CONFIG_FILE ?? join(home, '.aws/config'),
  ];
  const hasProfiles = files.some((file) => existsSync(file));
  return ask ? { env, hasProfiles, ask: { identity, time: () => awsTime(clock) } } : { env, hasProfiles };
}

async function identity(): Promise<{ readonly account: string; readonly arn: string }> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: AWS_MS, requestTimeout: AWS_MS, throwOnRequestTimeout: true },
  });
  try {
    const { Account = 'unknown', Arn = 'unknown' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } finally {
    client.destroy();
  }
}

/** The Date header of any answer will do, an error's as well. */
async function awsTime(clock: () => number): Promise<{ readonly theirs: number; readonly ours: number }> {
  const answer = await fetch('https://sts.amazonaws.com/', {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(AWS_MS),
  }).catch((cause: unknown) => {
    throw new AppError('ENGINE_UNAVAILABLE', 'sts.amazonaws.com cannot be reached', {
      cause,
      hint: 'check the network',
    });
  });
  const theirs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(theirs)) throw new AppError('ENGINE_UNAVAILABLE', 'sts.amazonaws.com says no time');
  return { theirs, ours: clock() };
}
