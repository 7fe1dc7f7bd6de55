import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: Record<string, string>;
}

/** An S3 of one bucket over HTTP that honours conditional writes, and fails when it is told to. */
export interface FakeS3 {
  readonly client: () => S3Client;
  readonly keys: () => readonly string[];
  /** Its address, for a command. */
  readonly endpoint: string;
  /** The bytes of an object; what it is replaced by, when that is given. */
  readonly bytes: (key: string, other?: Buffer) => Buffer | undefined;
  /** Puts an object there, whatever is there. */
  readonly put: (key: string, body: Buffer) => void;
  /** What was asked for so far: `PUT key`, in order. */
  readonly asked: () => readonly string[];
  /** Answers the next writes with these statuses instead of taking them; 200 takes one. */
  readonly refuse: (...statuses: readonly number[]) => void;
  /** Takes the next write and closes the connection instead of answering. */
  readonly loseAnswer: () => void;
  /** Pages of listings sent so far. */
  readonly pages: () => number;
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

const BUCKET = '/lake/';
const LOST = { status: 0 };
const NO_KEY = { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
const NO_BUCKET = { status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' };

/** Starts one. */
export async function startFakeS3(pageSize = 1000): Promise<FakeS3> {
  const objects = new Map<string, Stored>();
  const refusals: number[] = [];
  const asked: string[] = [];
  let losing = false;
  let pages = 0;

  function put(key: string, body: Buffer, { headers }: IncomingMessage): Answer {
    const status = refusals.shift();
    if (status !== undefined && status !== 200) return failure(status);
    const there = objects.get(key);
    const { 'if-none-match': none, 'if-match': match } = headers;
    if (none === '*' && there !== undefined) return failure(412);
    if (match !== undefined && there === undefined) return NO_KEY;
    if (match !== undefined && there?.etag !== match) return failure(412);
    const sum = headers['x-amz-checksum-sha256'];
    if (sum !== undefined && sum !== createHash('sha256').update(body).digest('base64')) return failure(400);
    const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const stamped = [...metadata, ['last-modified', new Date().toUTCString()]];
    objects.set(key, { body, etag, headers: Object.fromEntries(stamped) as Record<string, string> });
    const lost = losing;
    losing = false;
    return lost ? LOST : { status: 200, headers: { etag } };
  }

  function list(query: URLSearchParams): Answer {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const found = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const isDirect = (key: string): boolean =>
      query.get('delimiter') === null || !key.slice(prefix.length).includes('/');
    const folders = found
      .filter((key) => !isDirect(key))
      .map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1));
    const rest = found.filter((key) => isDirect(key) && key > after);
    const page = rest.slice(0, pageSize);
    pages += 1;
    const contents = page.map((key) => {
      const { body, etag, headers } = objects.get(key) ?? { body: Buffer.of(), etag: '', headers: {} as never };
      const at = headers['last-modified'];
      const modified = at === undefined ? '' : `<LastModified>${new Date(at).toISOString()}</LastModified>`;
      return `<Contents><Key>${key}</Key><Size>${body.length}</Size><ETag>${etag}</ETag>${modified}</Contents>`;
    });
    const more = rest.length > page.length;
    const common = [...new Set(folders)].map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`);
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const body = `<IsTruncated>${more}</IsTruncated>${next}${contents.join('')}${common.join('')}`;
    return { status: 200, body: `<ListBucketResult>${body}</ListBucketResult>` };
  }

  async function serve(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (!`${url.pathname}/`.startsWith(BUCKET)) return NO_BUCKET;
    const key = decodeURIComponent(url.pathname.slice(BUCKET.length));
    asked.push(`${request.method} ${key}`);
    if (request.method === 'PUT') return put(key, body, request);
    if (request.method === 'POST' && url.searchParams.has('delete')) {
      for (const [, gone = ''] of body.toString('utf8').matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(gone);
      return { status: 200, body: '<DeleteResult></DeleteResult>' };
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return { status: 204 };
    }
    if (url.searchParams.get('list-type') === '2') return list(url.searchParams);
    const there = objects.get(key);
    if (there === undefined) return NO_KEY;
    const { 'if-match': match } = request.headers;
    if (match !== undefined && match !== there.etag) return failure(412);
    return { status: 200, body: there.body, headers: { etag: there.etag, ...there.headers } };
  }

  const server = createServer(async (request, response) => {
    const { status, body = '', headers } = await serve(request);
    if (status === 0) response.destroy();
    else response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    if (status !== 0) response.end(request.method === 'HEAD' ? '' : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    client: () =>
      new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
    keys: () => [...objects.keys()].sort(),
    endpoint: `http://127.0.0.1:${port}`,
    bytes: (key, other) => {
      const there = objects.get(key);
      if (there !== undefined && other !== undefined) objects.set(key, { ...there, body: other });
      return there?.body;
    },
    put: (key, body) => {
      objects.set(key, { body, etag: '"put"', headers: {} });
    },
    asked: () => asked,
    refuse: (...statuses) => refusals.push(...statuses),
    loseAnswer: () => {
      losing = true;
    },
    pages: () => pages,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const CODES: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
};

const failure = (status: number): Answer => ({ status, body: `<Error><Code>${CODES[status] ?? 'X'}</Code></Error>` });
