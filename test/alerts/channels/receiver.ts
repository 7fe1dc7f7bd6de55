import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver does with a request. */
export type Answer =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'drop'
  /** Takes it, and the answer is lost. */
  | 'take and drop'
  /** Answers with a body that does not end. */
  | 'endless'
  /** Answers 202 and breaks off within the body. */
  | 'accept and break off';

/** One request as it came. */
export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on a port of its own that answers as it is told, and keeps what it took. */
export interface Receiver {
  readonly url: string;
  /** All requests, and those that were taken: answered with 2xx, or taken before the answer was lost. */
  readonly requests: Request[];
  readonly taken: Request[];
  /** The answers to come; `fallback` after them. */
  readonly answers: Answer[];
  fallback: Answer;
  close(): Promise<void>;
}

export async function startReceiver(fallback: Answer = { status: 202 }): Promise<Receiver> {
  const requests: Request[] = [];
  const taken: Request[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
      requests.push(one);
      const answer = answers.shift() ?? receiver.fallback;
      if (answer === 'hang') return;
      if (answer === 'take and drop') taken.push(one);
      if (answer === 'drop' || answer === 'take and drop') {
        request.socket.destroy();
        return;
      }
      if (answer === 'endless') {
        response.writeHead(500);
        response.on('error', () => undefined);
        const more = (): void => {
          if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
        };
        more();
        return;
      }
      if (answer === 'accept and break off') {
        taken.push(one);
        response.writeHead(202, { 'content-length': '1000' });
        response.write('{"status":', () => request.socket.destroy());
        return;
      }
      if (answer.status < 300) taken.push(one);
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path`,
    requests,
    taken,
    answers,
    fallback,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return receiver;
}
