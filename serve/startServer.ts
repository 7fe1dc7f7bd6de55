import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { AppError, messageOf, systemCode } from '../model/index.js';
import type { Answer, AskedFor } from './answerRequest.js';

/** Nobody sends us anything long: a request that takes longer is dropped. */
const REQUEST_MS = 10_000;
/** How long answers that are being sent may still take when the server stops. */
const GRACE_MS = 2_000;

/** A server that listens. */
export interface RunningServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Takes no more requests, lets answers that are being sent end, and is gone. */
  stop(): Promise<void>;
}

/**
 * Listens on an address and answers. Throws PERMISSION_DENIED for a port that is taken or not ours to take, USAGE for an address
 * this machine does not have.
 *
 * @param port 0 for one that is free
 */
export async function startServer(
  at: { readonly host: string; readonly port: number },
  answer: (asked: AskedFor) => Answer,
): Promise<RunningServer> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    // A body is not read by anybody, and must not keep the connection.
    request.resume();
    const { method = '', url: target = '', headers } = request;
    const {
      status,
      headers: sent,
      body,
    } = answerOrDefect(() => answer({ method, target, host: headers.host, accept: headers.accept }));
    response.writeHead(status, { ...sent, 'Content-Length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, at)));
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: at.host,
    port,
    url: `http://${isIPv6(at.host) ? `[${at.host}]` : at.host}:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

/** One answer that cannot be made must not end the others. */
function answerOrDefect(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    const body = `a defect in tenantscope: ${messageOf(error)}\n`;
    return {
      status: 500,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      body,
    };
  }
}

function cannotListen(error: unknown, { host, port }: { readonly host: string; readonly port: number }): AppError {
  const of = { where: `${host}:${port}`, cause: error };
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new AppError('PERMISSION_DENIED', 'the port is in use', {
        ...of,
        hint: 'another program listens there; choose another with --port, or --port 0 for one that is free',
      });
    case 'EACCES':
      return new AppError('PERMISSION_DENIED', 'the operating system does not let you listen on this port', {
        ...of,
        hint: 'ports below 1024 need a privilege; choose another with --port',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AppError('USAGE', '--host is no address of this machine', { ...of, expected: 'such as 127.0.0.1' });
    default:
      return new AppError('INTERNAL', `cannot listen: ${messageOf(error)}`, of);
  }
}
