import { isIP } from 'node:net';
import type { Command } from 'commander';
import { AppError } from '../model/index.js';
import { wholeNumber } from './wholeNumber.js';

/** The flags that say where a server listens, and to whom. */
export interface ListenFlags {
  readonly host: string;
  readonly port: string;
  readonly allowRemote?: true;
  readonly allowHost: readonly string[];
}

/** An address to listen on, checked. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Others than this machine's users can reach it. */
  readonly remote: boolean;
  readonly allowedHosts: readonly string[];
}

/** Adds --host, --port, --allow-remote and --allow-host to a command. */
export function addListenFlags(command: Command, port: number): void {
  command
    .option('--port <number>', 'where it listens; 0 for a port that is free', String(port))
    .option('--host <address>', 'the address it listens on; others than this machine need --allow-remote', '127.0.0.1')
    .option('--allow-remote', 'listen where others can reach it: there is no login')
    .option(
      '--allow-host <name>',
      'a name it may be asked by, beside localhost and addresses; may be given again',
      (name: string, names: readonly string[]) => [...names, name],
      [],
    );
}

/** Reads the flags. Throws USAGE, and PERMISSION_DENIED for an address others can reach without --allow-remote. */
export function listenAddress(flags: ListenFlags): ListenAddress {
  const port = wholeNumber('--port', flags.port, 0, 65_535);
  const host = flags.host.replace(/^\[(.*)\]$/, '$1');
  if (host !== 'localhost' && isIP(host) === 0) {
    throw new AppError('USAGE', '--host is not usable', {
      expected: 'an IP address such as 127.0.0.1, ::1 or 0.0.0.0, or localhost',
      got: JSON.stringify(flags.host.slice(0, 80)),
    });
  }
  const remote = !isLoopback(host);
  if (remote && flags.allowRemote !== true) {
    throw new AppError('PERMISSION_DENIED', 'others could reach this address, and there is no login', {
      where: '--host',
      got: host,
      hint: 'add --allow-remote if whoever reaches it may see every tenant: behind a proxy with a login, or for a Prometheus in the cluster',
    });
  }
  const bad = flags.allowHost.find((name) => !/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(name));
  if (bad !== undefined) {
    throw new AppError('USAGE', '--allow-host is not usable', {
      expected: 'a name without port, such as tenantscope.monitoring.svc',
      got: JSON.stringify(bad.slice(0, 80)),
    });
  }
  return { host, port, remote, allowedHosts: flags.allowHost };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
