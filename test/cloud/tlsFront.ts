import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { loopbackCertificate } from '../e2e/loopbackCertificate.js';

/** A server that speaks TLS for one that does not; agents speak nothing else. */
export interface TlsFront {
  readonly port: number;
  /** File of the certificate to trust. */
  readonly ca: string;
  stop(): Promise<void>;
}

/**
 * Passes calls on as they are, and answers back. The first `loseAnswers` of them it answers with 500 though they were taken,
 * as a network does that breaks in between: whoever asked asks again. Its key pair is made in `folder`.
 */
export async function startTlsFront(folder: string, behind: string, loseAnswers: number): Promise<TlsFront> {
  const { key, ca } = loopbackCertificate(folder);
  let calls = 0;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, async (request, response) => {
    // Fluent Bit cuts a large request now and then; it sends it again.
    request.on('error', () => undefined);
    try {
      const body = await bytesOf(request);
      const answer = await passOn(behind, request, body);
      calls += 1;
      if (calls <= loseAnswers) response.writeHead(500).end('{}');
      else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
    } catch {
      response.destroy();
    }
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function passOn(behind: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ readonly status: number; readonly body: Buffer }>((resolve, reject) => {
    const { 'transfer-encoding': _, connection: __, ...rest } = headers;
    const passed = { ...rest, 'content-length': body.length };
    httpRequest(
      new URL(url ?? '/', behind),
      { ...(method === undefined ? {} : { method }), headers: passed },
      (answer) => bytesOf(answer).then((bytes) => resolve({ status: answer.statusCode ?? 502, body: bytes }), reject),
    )
      .on('error', reject)
      .end(body);
  });
}

/** Rejects for a message that was cut. */
async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
