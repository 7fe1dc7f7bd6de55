import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';

/** What one operation answers: a body, or the connection itself to do as it likes with. */
export type Answer = object | ((response: ServerResponse) => void);

/** Operations of Athena by name, and objects of S3 by path, each a function of the request's body. */
export interface FakeAthena {
  readonly operations: Readonly<Record<string, (input: Record<string, unknown>) => Answer>>;
  readonly objects?: (path: string, response: ServerResponse) => void;
  /** Where operations it does not know are sent to, unchanged; without it they are not found. */
  readonly behind?: string;
}

/** A server on the loopback address that speaks Athena's JSON protocol and answers S3's GetObject. */
export async function startFakeAthena(fake: FakeAthena) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void answer(fake, asked, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
  return {
    endpoint: config.endpoint,
    /** Names of operations and paths of objects, in the order they were asked. */
    asked,
    athena: new AthenaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error as Athena sends it. */
export function errorAnswer(type: string, status = 400): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: type, Message: `${type} of the server` }));
  };
}

async function answer(fake: FakeAthena, asked: string[], request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = String(request.headers['x-amz-target'] ?? '').replace('AmazonAthena.', '');
  if (target === '') {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    asked.push(path);
    fake.objects?.(path, response);
    return;
  }
  asked.push(target);
  const operation = fake.operations[target];
  const body = Buffer.concat(chunks);
  if (operation === undefined && fake.behind !== undefined) return passOn(fake.behind, request, body, response);
  const answered = operation?.(JSON.parse(body.toString()) as Record<string, unknown>);
  if (typeof answered === 'function') answered(response);
  else {
    response.writeHead(answered === undefined ? 404 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answered ?? {}));
  }
}

async function passOn(server: string, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
  const names = ['authorization', 'content-type', 'x-amz-target', 'x-amz-date'];
  const headers = names.map((name): [string, string] => [name, String(request.headers[name] ?? '')]);
  const answered = await fetch(server, { method: 'POST', headers, body });
  response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(await answered.text());
}
