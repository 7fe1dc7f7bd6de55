import type { LineUsage } from './PrintedLine.js';
import type { Prng } from './Prng.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const METHODS = ['GET', 'GET', 'GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE', 'HEAD'] as const;
const ROUTES = ['/v1/songs', '/v1/playlists', '/v1/plays', '/v1/search', '/v1/artists', '/v1/me'] as const;
const AGENTS = [
  'StreamPlayer/5.1 (Linux; Android 16)',
  'StreamPlayer/5.1 (iPhone; iOS 26.1)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'curl/8.16.0',
] as const;
/** The ranges RFC 5737 keeps for documentation: no real client is ever printed. */
const NETWORKS = ['192.0.2', '198.51.100', '203.0.113'] as const;

/** A request to a tenant's API, before it is printed in the format of a server or proxy. */
export interface HttpCall {
  readonly client: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  /** Bytes of the response's body. */
  readonly bytes: number;
  readonly agent: string;
}

/** Draws a request. `size` scales the response bodies, so that thin history moves about as many bytes as a detailed hour. */
export function httpCall(prng: Prng, size: number): HttpCall {
  const method = prng.pick(METHODS);
  const status = prng.pick([200, 200, 200, 200, 200, 200, 201, 304, 404, 500]);
  const empty = method === 'HEAD' || status === 304;
  const bytes = empty ? 0 : Math.floor((200 + prng.int(8000)) * size);
  const target = `${prng.pick(ROUTES)}/${prng.int(100_000)}${prng.chance(0.3) ? '?limit=50' : ''}`;
  const client = `${prng.pick(NETWORKS)}.${1 + prng.int(254)}`;
  return { client, method, target, status, bytes, agent: prng.pick(AGENTS) };
}

/** What an access line of a tenant's own server or proxy is metered as. */
export function ingressUsage({ method, bytes }: HttpCall): readonly LineUsage[] {
  const entry = { service: 'Ingress', resource: '', operation: method } as const;
  return [
    { ...entry, meter: 'requests', halves: 2 },
    { ...entry, meter: 'bytes_out', halves: bytes * 2 },
  ];
}

/** The stamp of NCSA's formats, which has whole seconds: `23/Nov/2026:10:00:00 +0000`. */
export function timeLocal(time: number): string {
  const iso = new Date(time).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? 'Jan';
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** The time a stamp of whole seconds states. */
export function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}
