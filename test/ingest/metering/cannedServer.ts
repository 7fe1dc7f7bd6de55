import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of a canned server. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on the loopback address that answers what it is told, for what the emulators cannot do. */
export async function startCannedServer(answer: (target: string) => Answer): Promise<{
  readonly settings: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Request bodies, parsed where they are JSON. */
  readonly requests: unknown[];
  readonly stop: () => Promise<void>;
}> {
  const requests: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    requests.push(text.startsWith('{') ? JSON.parse(text) : text);
    const { status, body, headers = {} } = answer(String(request.headers['x-amz-target'] ?? request.url));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settings: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 3,
    },
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
