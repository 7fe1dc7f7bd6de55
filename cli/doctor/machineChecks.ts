import { parseFluentBitVersion } from '../../fluentbit/index.js';
import { systemCode } from '../../model/index.js';
import { byteText } from '../byteSize.js';
import { type Check, checkOf } from './Check.js';

/** What of the machine is looked at, passed in. */
export interface Machine {
  /** Of Node, such as `20.20.2`. */
  readonly nodeVersion: string;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Now by a clock that nobody sets, epoch milliseconds: what the process began with, and what has passed since. */
  readonly steadyClock: () => number;
  /** What `fluent-bit --version` prints. Rejects with ENOENT where there is none. */
  readonly fluentBit: () => Promise<string>;
  /** Bytes free where this path is, or will be. */
  readonly freeBytes: (path: string) => Promise<number>;
  readonly temporary: string;
}

/** The oldest Node the command runs on: `engines` of package.json. */
const OLDEST_NODE = [20, 20] as const;

/** Nobody has a lake older than the program: a clock before this was never set. */
const FIRST_RELEASE = Date.parse('2026-11-01T00:00:00Z');

const DRIFT_MS = 60_000;
/** DuckDB spills there, and a build is written beside what it replaces. */
const SCARCE_BYTES = 1_000_000_000;
const TOO_FEW_BYTES = 100_000_000;

/** Node, clock, disk, Fluent Bit. */
export async function machineChecks(machine: Machine, lake: string): Promise<readonly Check[]> {
  return [
    await checkOf('node', async () => nodeCheck(machine.nodeVersion)),
    await checkOf('clock', async () => clockCheck(machine)),
    await checkOf('disk of the lake', async () =>
      lake.includes('://')
        ? { state: 'ok', found: `${lake} is in the cloud` }
        : diskCheck(await machine.freeBytes(lake)),
    ),
    await checkOf('temporary folder', async () => {
      const check = diskCheck(await machine.freeBytes(machine.temporary));
      return { ...check, found: `${check.found} in ${machine.temporary}` };
    }),
    await checkOf('fluent-bit', () => fluentBitCheck(machine)),
  ];
}

function nodeCheck(version: string): Omit<Check, 'name'> {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least, leastMinor] = OLDEST_NODE;
  if (major > least || (major === least && minor >= leastMinor)) return { state: 'ok', found: version };
  return { state: 'wrong', found: version, mend: `install Node ${least}.${leastMinor} or later` };
}

function clockCheck({ clock, steadyClock }: Machine): Omit<Check, 'name'> {
  const now = clock();
  const found = `${new Date(now).toISOString().slice(0, 19)}Z`;
  if (now < FIRST_RELEASE)
    return { state: 'wrong', found, mend: 'set the clock: arrival dates and signatures go by it' };
  if (Math.abs(now - steadyClock()) > DRIFT_MS)
    return { state: 'warning', found: `${found}, and it was set while this ran`, mend: 'let NTP keep the time' };
  return { state: 'ok', found: `${found}; --aws holds it against AWS's` };
}

function diskCheck(free: number): Omit<Check, 'name'> {
  const found = `${byteText(free)} free`;
  const mend = 'free some space: a build that finds none leaves what was there before, and ends';
  if (free < TOO_FEW_BYTES) return { state: 'wrong', found, mend };
  return free < SCARCE_BYTES ? { state: 'warning', found, mend } : { state: 'ok', found };
}

async function fluentBitCheck({ fluentBit }: Machine): Promise<Omit<Check, 'name'>> {
  let denied = false;
  const text = await fluentBit().catch((error: unknown) => {
    // EACCES: it may not be run, or a folder of PATH may not be looked into.
    denied = systemCode(error) === 'EACCES';
    if (denied || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined)
    return {
      state: 'warning',
      found: denied ? 'this user may not run it, or may not look into a folder of PATH' : 'not on PATH',
      mend: 'only sidecar verify and collector render use it, to try what was rendered; it runs in the pods',
    };
  const version = /v(\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined) return { state: 'warning', found: `prints no version: ${text.slice(0, 60)}` };
  parseFluentBitVersion(version);
  return { state: 'ok', found: version };
}
