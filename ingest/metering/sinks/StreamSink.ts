import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Who prints the lines: the shared service's pod, as Kubernetes names it. */
export interface PodIdentity {
  /** A namespace registered under `shared_namespaces`. */
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container?: string;
  readonly node?: string;
  readonly cluster?: string;
}

/** A sink that sends lines to a stream by itself. */
export interface StreamSink {
  (line: string): void;
  /** Sends what is buffered; resolves when every line is delivered or reported as lost. */
  flush(): Promise<void>;
  /** Stops the timer and flushes. Call it before the process ends, or buffered lines are gone. */
  close(): Promise<void>;
}

/** How a stream sink buffers. */
export interface StreamSinkOptions {
  /** Default: POD_NAMESPACE, POD_NAME, POD_UID, CONTAINER_NAME, NODE_NAME and CLUSTER_NAME of the environment. */
  readonly identity?: PodIdentity;
  /** Longest time a line waits, milliseconds. Default 1000. */
  readonly maxDelayMs?: number;
  /** Most lines kept while the stream does not take them. Default 10,000. */
  readonly maxBuffered?: number;
  /** Told of lines that were given up, with the reason. Default: a process warning with the number of lines. */
  readonly onLost?: (lines: readonly string[], reason: string) => void;
  /** Now, epoch milliseconds: the envelope's time, as a sidecar would stamp it. */
  readonly clock?: () => number;
}

/** Sends one call's records; says for each whether it was taken. */
export type SendBatch = (records: readonly Uint8Array[]) => Promise<readonly boolean[]>;

/** Records and bytes a single call may carry, well inside PutRecords' and PutRecordBatch's own limits. */
const BATCH = { records: 500, bytes: 3 * 1024 * 1024 } as const;
const ATTEMPTS = 8;

/**
 * A sink over `send`. Each line goes into the envelope a sidecar would put around it, with a position of its own, so
 * that a batch sent twice counts once. Entries the stream refuses are sent again with full jitter, up to eight times.
 */
export function streamSink(send: SendBatch, options: StreamSinkOptions): StreamSink {
  const identity = options.identity ?? identityFromEnvironment(process.env);
  const { maxDelayMs = 1000, maxBuffered = 10_000, onLost = warnOfLoss, clock = Date.now } = options;
  const file = `metering:${randomUUID()}`;
  let offset = 0;
  let waiting: { readonly line: string; readonly bytes: Buffer }[] = [];
  let inFlight = 0;
  let sending: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const deliver = async (batch: typeof waiting): Promise<void> => {
    let rest = batch;
    let reason = '';
    for (let attempt = 0; attempt < ATTEMPTS && rest.length > 0; attempt += 1) {
      if (attempt > 0) await pause(Math.random() * Math.min(10_000, 100 * 2 ** attempt));
      const tried = rest;
      try {
        const taken = await send(tried.map(({ bytes }) => bytes));
        rest = tried.filter((_, place) => taken[place] !== true);
        reason = 'the stream refused the entries';
      } catch (error) {
        reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      }
    }
    inFlight -= batch.length;
    if (rest.length > 0)
      onLost(
        rest.map(({ line }) => line),
        reason,
      );
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batches = packBatches(waiting);
    inFlight += waiting.length;
    waiting = [];
    for (const batch of batches) sending = sending.then(() => deliver(batch));
    return sending;
  };
  const sink = (line: string): void => {
    if (waiting.length + inFlight >= maxBuffered) {
      onLost([line], `more than ${maxBuffered} lines are waiting`);
      return;
    }
    const bytes = Buffer.from(JSON.stringify(envelopeOf(line, identity, { file, offset, now: clock() })));
    offset += Buffer.byteLength(line) + 1;
    waiting.push({ line, bytes });
    if (waiting.length >= BATCH.records) void flush();
    else if (timer === undefined) timer = setTimeout(() => void flush(), maxDelayMs).unref();
  };
  return Object.assign(sink, { flush, close: flush });
}

function envelopeOf(
  line: string,
  identity: PodIdentity,
  { file, offset, now }: { readonly file: string; readonly offset: number; readonly now: number },
): Record<string, unknown> {
  return {
    schema: 'tenantscope/1',
    tenant_id: '_shared',
    namespace: identity.namespace,
    pod: identity.pod,
    pod_uid: identity.podUid,
    ...(identity.container === undefined ? {} : { container: identity.container }),
    ...(identity.node === undefined ? {} : { node: identity.node }),
    ...(identity.cluster === undefined ? {} : { cluster: identity.cluster }),
    file,
    offset,
    time: new Date(now).toISOString(),
    log: line,
  };
}

/** Throws when the environment does not say which namespace this is: such records would be quarantined one by one. */
function identityFromEnvironment(env: Readonly<Record<string, string | undefined>>): PodIdentity {
  const { POD_NAMESPACE: namespace, POD_NAME, POD_UID, CONTAINER_NAME, NODE_NAME, CLUSTER_NAME } = env;
  if (namespace === undefined || namespace === '' || POD_UID === undefined || POD_UID === '') {
    throw new TypeError(
      '@tenantscope/metering: a stream sink needs the pod it runs in; pass identity, or set POD_NAMESPACE, POD_NAME and POD_UID from the downward API',
    );
  }
  return {
    namespace,
    pod: POD_NAME ?? hostname(),
    podUid: POD_UID,
    ...(CONTAINER_NAME === undefined ? {} : { container: CONTAINER_NAME }),
    ...(NODE_NAME === undefined ? {} : { node: NODE_NAME }),
    ...(CLUSTER_NAME === undefined ? {} : { cluster: CLUSTER_NAME }),
  };
}

function packBatches<Item extends { readonly bytes: Buffer }>(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const current = batches.at(-1);
    if (current === undefined || current.length >= BATCH.records || size + item.bytes.length > BATCH.bytes) {
      batches.push([item]);
      size = item.bytes.length;
    } else {
      current.push(item);
      size += item.bytes.length;
    }
  }
  return batches;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function warnOfLoss(lines: readonly string[], reason: string): void {
  process.emitWarning(`${lines.length} metering lines were lost: ${reason}`, 'TenantscopeMetering');
}
