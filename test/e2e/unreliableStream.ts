import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { loopbackCertificate } from './loopbackCertificate.js';

/** A Kinesis endpoint over TLS that fails as told; for agents that speak to no other. */
export interface UnreliableStream {
  readonly port: number;
  /** File of the certificate to trust. */
  readonly ca: string;
  /** Bytes of the records it took, in order, as text. */
  readonly taken: string[];
  /** What it refused so far. */
  readonly refused: { entries: number; calls: number };
  /** Answers every call with 500 while true. */
  away: boolean;
  /** Takes every so many-th call and answers 500 all the same, as when an answer is lost: the agent sends it again. */
  loseAnswerEvery: number;
  close(): Promise<void>;
}

/**
 * Starts a server on loopback that takes PutRecords. Every `failEvery`th entry fails with InternalFailure, so that calls
 * are taken in part. The key pair is made in `folder` with openssl. What is taken is handed to `forward`, where there is
 * one, before the call is answered.
 */
export async function startUnreliableStream(
  folder: string,
  failEvery: number,
  forward?: (records: readonly Buffer[]) => Promise<void>,
): Promise<UnreliableStream> {
  const { key, ca } = loopbackCertificate(folder);
  let entries = 0;
  let calls = 0;
  const stream = {
    port: 0,
    ca,
    taken: [] as string[],
    refused: { entries: 0, calls: 0 },
    away: false,
    loseAnswerEvery: Number.POSITIVE_INFINITY,
    close: async () => undefined as undefined,
  };
  const answer = async (body: Buffer): Promise<{ readonly status: number; readonly text: string }> => {
    if (stream.away) {
      stream.refused.calls += 1;
      return { status: 500, text: '{}' };
    }
    const { Records } = JSON.parse(body.toString('utf8')) as { Records: readonly { Data: string }[] };
    const taken: Buffer[] = [];
    const results = Records.map(({ Data }) => {
      entries += 1;
      if (entries % failEvery === 0) return { ErrorCode: 'InternalFailure', ErrorMessage: 'told to' };
      const bytes = Buffer.from(Data, 'base64');
      if (forward === undefined) stream.taken.push(bytes.toString('utf8'));
      taken.push(bytes);
      return { SequenceNumber: String(entries), ShardId: 'shardId-000000000000' };
    });
    await forward?.(taken);
    calls += 1;
    if (calls % stream.loseAnswerEvery === 0) return { status: 500, text: '{}' };
    const failed = results.filter((result) => 'ErrorCode' in result).length;
    stream.refused.entries += failed;
    return { status: 200, text: JSON.stringify({ FailedRecordCount: failed, Records: results }) };
  };
  const server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (request, response) => {
    const parts: Buffer[] = [];
    // Fluent Bit cuts a large request now and then, and dies in the middle of one when it is killed.
    request.on('error', () => undefined);
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', async () => {
      if (!request.complete) return;
      const { status, text } = await answer(Buffer.concat(parts));
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(stream, {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<undefined>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve(undefined));
      }),
  });
}
