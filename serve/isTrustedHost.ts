import { isIP } from 'node:net';

/**
 * Whether a request's Host header names this server as its own reader would. A page elsewhere can have its name resolve to
 * 127.0.0.1 and then read what is served here (DNS rebinding), but it cannot take its own name out of the header. Addresses need
 * no name and are let in; of names only `localhost` and those that were allowed are. The port is not looked at: tunnels change it.
 */
export function isTrustedHost(header: string | undefined, allowed: readonly string[]): boolean {
  const [, name = ''] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/.exec(header ?? '') ?? [];
  const host = name.toLowerCase().replace(/\.$/, '');
  if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return true;
  return host === 'localhost' || allowed.some((one) => one.toLowerCase() === host);
}
