import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TrinoTransport } from '../../../../queries/engines/trino/trinoRequest.js';

/** What the fake does with one request; `page` is the n-th answer of the query. */
export type Answer = (page: number, response: ServerResponse, request: IncomingMessage) => void;

/** A server that speaks as much of Trino's statement protocol as a test tells it to. */
export interface FakeTrino {
  readonly server: string;
  /** `METHOD /path` of every request, in order. */
  readonly requests: readonly string[];
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

/** Starts a fake. The page number is the last part of the path; the POST is page 0. */
export async function fakeTrino(answer: Answer): Promise<FakeTrino> {
  const requests: string[] = [];
  const bodies: string[] = [];
  const http = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') bodies.push(Buffer.concat(chunks).toString());
      if (request.method === 'DELETE') response.writeHead(204).end();
      else answer(request.method === 'POST' ? 0 : Number(request.url?.split('/').at(-1)), response, request);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    server: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    bodies,
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

/** The text of a page; `next` names the page that follows. */
export function pageText(request: IncomingMessage, page: { readonly next?: number; readonly rest?: string }): string {
  const next = page.next === undefined ? '' : `,"nextUri":"http://${request.headers.host}/v1/statement/q/${page.next}"`;
  const stats = page.rest?.includes('"stats"') === true ? '' : ',"stats":{"state":"RUNNING","cpuTimeMillis":12}';
  return `{"id":"20261124_q"${next}${page.rest ?? ''}${stats}}`;
}

/** The real network with a clock that only sleeping moves. */
export function fakeTransport(): TrinoTransport & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  return {
    fetch: globalThis.fetch,
    clock: () => slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms) => {
      slept.push(ms);
    },
    slept,
  };
}
