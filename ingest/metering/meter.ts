import { formatCall, type MeteredCall } from './MeteredCall.js';
import { READERS } from './services/index.js';
import type { Fields, ServiceReader } from './services/ServiceReader.js';
import { type MeteringSink, stdoutSink } from './sinks/stdoutSink.js';
import { currentTenant } from './tenantContext.js';

/** An AWS SDK v3 client, or a document client: whatever has a service id and a middleware stack. */
export interface MeterableClient {
  readonly config: { readonly serviceId?: string };
  readonly middlewareStack: { add(...arguments_: never[]): void };
}

/** How calls are metered. */
export interface MeterOptions {
  /** The consuming tenant, or how to find it at each call. Default: the context of `runWithTenant`. */
  readonly tenant?: string | (() => string | undefined);
  /** Where lines go. Default: standard output, where the sidecar reads them. */
  readonly sink?: MeteringSink;
  /** Now, epoch milliseconds. */
  readonly clock?: () => number;
  /** Told of what went wrong in the metering itself; nothing of it ever reaches the call. Default: one process warning. */
  readonly onError?: (error: unknown) => void;
}

interface Arguments {
  readonly input: Fields;
  readonly request?: unknown;
}
type Next = (arguments_: Arguments) => Promise<{ readonly output: Fields; readonly response: unknown }>;
type Middleware = (next: Next, context: Fields & object) => Next;
interface Stack {
  add(middleware: Middleware, options: Readonly<Record<string, unknown>>): void;
}

interface CallState {
  throttled: number;
  requestBytes: number;
}

/**
 * Meters every call of an AWS SDK v3 client: one line of JSON per call, with what the service's answer says was consumed
 * and by which tenant. Returns the same client. Metering twice replaces the first. A call's result and error are what
 * they would be without it; an error of the metering goes to `onError` only.
 *
 * Supported: DynamoDB (document client included), S3, SQS, SNS, SES, Lambda. Another client is returned unmetered, with
 * a process warning.
 */
export function meter<Client extends MeterableClient>(client: Client, options: MeterOptions = {}): Client {
  const onError = quiet(options.onError ?? warnOnce());
  const reader = READERS.get(client.config.serviceId ?? '');
  if (reader === undefined) {
    onError(
      new TypeError(`@tenantscope/metering does not know the service ${client.config.serviceId ?? 'of this client'}`),
    );
    return client;
  }
  const calls = new WeakMap<object, CallState>();
  const stack = client.middlewareStack as unknown as Stack;
  const settings = { clock: options.clock ?? Date.now, sink: options.sink ?? stdoutSink(), onError };
  stack.add(meterCall(reader, options.tenant, settings, calls), {
    name: 'tenantscopeMetering',
    step: 'initialize',
    priority: 'high',
    override: true,
  });
  // After the SDK's retry, so that it sees each attempt: a throttled one that was tried again leaves no other trace.
  stack.add(watchAttempt(calls), {
    name: 'tenantscopeMeteringAttempt',
    step: 'finalizeRequest',
    priority: 'low',
    override: true,
  });
  return client;
}

function meterCall(
  reader: ServiceReader,
  tenant: MeterOptions['tenant'],
  { clock, sink, onError }: Required<Pick<MeterOptions, 'clock' | 'sink' | 'onError'>>,
  calls: WeakMap<object, CallState>,
): Middleware {
  return (next, context) => async (arguments_) => {
    const operation = String(context.commandName ?? '').replace(/Command$/, '');
    const state: CallState = { throttled: 0, requestBytes: 0 };
    let begun = 0;
    let consumer: string | undefined;
    let asked: ReturnType<NonNullable<ServiceReader['ask']>>;
    attempt(onError, () => {
      calls.set(context, state);
      begun = clock();
      consumer = typeof tenant === 'function' ? tenant() : (tenant ?? currentTenant());
      asked = reader.ask?.(operation, arguments_.input);
    });
    const report = (output: Fields | undefined, error: unknown): void =>
      attempt(onError, () => {
        const usage = reader.read(operation, arguments_.input, output, state);
        const call: MeteredCall = {
          v: 1,
          service: reader.service,
          operation,
          ...(consumer === undefined ? {} : { tenant_id: consumer }),
          usage: withThrottles(usage, state.throttled, isThrottle(error)),
          duration_ms: Math.round(clock() - begun),
          ...(error === undefined ? {} : { error: nameOf(error) }),
        };
        const sent: unknown = sink(formatCall(call, clock()));
        if (sent instanceof Promise) sent.catch(onError);
      });
    try {
      const result = await next(asked === undefined ? arguments_ : { ...arguments_, input: asked.input });
      report(result.output, undefined);
      if (asked === undefined) return result;
      const { [asked.strip]: _metered, ...output } = result.output;
      return { ...result, output };
    } catch (error) {
      report(undefined, error);
      throw error;
    }
  };
}

function watchAttempt(calls: WeakMap<object, CallState>): Middleware {
  return (next, context) => async (arguments_) => {
    const state = calls.get(context);
    if (state !== undefined) state.requestBytes = lengthOf(arguments_.request);
    try {
      return await next(arguments_);
    } catch (error) {
      if (state !== undefined && isThrottle(error)) state.throttled += 1;
      throw error;
    }
  };
}

/** Throttled attempts, on the first resource; a call that was refused to the end is no request that was served. */
function withThrottles(usage: MeteredCall['usage'], throttled: number, refused: boolean): MeteredCall['usage'] {
  const [first, ...rest] = usage;
  if (throttled === 0 || first === undefined) return usage;
  if (refused) return [{ resource: first.resource, throttled_requests: throttled }];
  return [{ ...first, throttled_requests: throttled }, ...rest];
}

// The names the SDK itself takes for throttling (@smithy/service-error-classification), and the HTTP status.
const THROTTLES =
  /^(BandwidthLimitExceeded|EC2ThrottledException|LimitExceededException|PriorRequestNotComplete|ProvisionedThroughputExceededException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown|ThrottledException|Throttling(Exception)?|TooManyRequestsException|TransactionInProgressException)$/;

function isThrottle(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 429 || THROTTLES.test(nameOf(error));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name.slice(0, 128) : 'Error';
}

function lengthOf(request: unknown): number {
  const headers = (request as { readonly headers?: Readonly<Record<string, string>> } | undefined)?.headers ?? {};
  // A body in signed chunks carries its own length in a header of its own; content-length counts the signatures too.
  const length = Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0);
  return Number.isSafeInteger(length) && length >= 0 ? length : 0;
}

/** Runs a step of the metering; whatever it throws stays in it. */
function attempt(onError: (error: unknown) => void, step: () => void): void {
  try {
    step();
  } catch (error) {
    onError(error);
  }
}

/** A broken error handler is no reason to break the call either. */
function quiet(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch {
      // Nothing is left to tell.
    }
  };
}

function warnOnce(): (error: unknown) => void {
  let warned = false;
  return (error) => {
    if (warned) return;
    warned = true;
    process.emitWarning(error instanceof Error ? error.message : String(error), 'TenantscopeMetering');
  };
}
