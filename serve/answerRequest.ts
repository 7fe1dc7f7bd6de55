import { AppError, humanInstant, messageOf } from '../model/index.js';
import { isTrustedHost } from './isTrustedHost.js';
import type { ReadingState } from './LiveReading.js';
import type { MetricFacts } from './metrics/MetricFacts.js';
import { negotiateFormat } from './metrics/negotiateFormat.js';
import { type MetricOptions, servedMetrics } from './metrics/servedMetrics.js';
import { CONTENT_TYPES, writeExposition } from './metrics/writeExposition.js';
import { pagePolicy, withNote } from './pagePolicy.js';
import { waitingPage } from './waitingPage.js';

/** What is read for those who ask. */
export interface Served {
  /** The page, a whole HTML text with its own content security policy. */
  readonly page: string;
  /** What the page shows, as JSON: an open page takes it in place of its own. */
  readonly data: string;
  readonly facts: MetricFacts;
}

/** What of a request is looked at. */
export interface AskedFor {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly host: string | undefined;
  readonly accept: string | undefined;
}

/** An answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What answers depend on besides the request. */
export interface AnswerParts {
  readonly current: () => ReadingState<Served>;
  /** Names beside `localhost` and addresses that a Host header may have. */
  readonly allowedHosts: readonly string[];
  readonly refreshMs: number;
  readonly metrics: Omit<MetricOptions, 'now'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Where an open page asks for newer data. */
export const DATA_PATH = '/data.json';

/** How soon a browser that waits for the first page asks again. */
const RETRY_SECONDS = 2;

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';

/** Tenants' figures: not kept, not framed, not read by pages of other origins. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** The answer to a request. Asking for the page or whether there is one makes the reading look whether it has grown old. */
export function answerRequest({ method, target, host, accept }: AskedFor, parts: AnswerParts): Answer {
  if (!isTrustedHost(host, parts.allowedHosts)) {
    return text(421, `this server does not answer to the name in your Host header; see --allow-host\n`);
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return text(405, 'only GET and HEAD are answered\n', { Allow: 'GET, HEAD' });
  }
  const path = pathOf(target);
  switch (path) {
    case '/':
      return pageAnswer(parts);
    case DATA_PATH:
      return dataAnswer(parts.current());
    case '/metrics':
      return metricsAnswer(accept, parts);
    case '/healthz':
      return text(200, 'ok\n');
    case '/readyz':
      return readiness(parts.current());
    // Browsers ask by themselves, and show an error where there is none.
    case '/favicon.ico':
      return { status: 204, headers: HEADERS, body: '' };
    default:
      return path === undefined
        ? text(400, 'the address cannot be read\n')
        : text(404, `there is /, ${DATA_PATH}, /metrics, /healthz and /readyz\n`);
  }
}

function pageAnswer({ current, refreshMs }: AnswerParts): Answer {
  const { good, failure, underWay } = current();
  if (good === null) {
    const [title, said] =
      failure === null || underWay
        ? ['Reading the lake', 'The first page is being made. This page asks again by itself.']
        : ['The lake cannot be read', `${reasonOf(failure.error)}\nTried at ${humanInstant(failure.at)} UTC.`];
    const body = waitingPage(title, said);
    const headers = { 'Retry-After': String(RETRY_SECONDS), Refresh: String(RETRY_SECONDS) };
    return html(503, body, headers);
  }
  const read = `Read at ${humanInstant(good.at)} UTC`;
  if (failure !== null) {
    const next = humanInstant(failure.at + refreshMs);
    const note = `${read} and out of date since: ${reasonOf(failure.error)}\nTried at ${humanInstant(failure.at)} UTC; the next try is at ${next} UTC or when somebody asks after it.`;
    return html(200, withNote(good.value.page, note));
  }
  if (underWay)
    return html(
      200,
      withNote(good.value.page, `${read}. Newer data is being read: it comes by itself, or by a reload.`),
    );
  return html(200, good.value.page);
}

/** Newer data, or why there is none: the page says that, and keeps what it shows. */
function dataAnswer({ good, failure }: ReadingState<Served>): Answer {
  if (failure !== null) return text(503, `${reasonOf(failure.error)}\n`);
  if (good === null) return text(503, 'the lake is being read for the first time\n');
  return { status: 200, headers: { ...HEADERS, 'Content-Type': 'application/json' }, body: good.value.data };
}

function metricsAnswer(accept: string | undefined, { current, metrics, clock }: AnswerParts): Answer {
  const format = negotiateFormat(accept);
  const body = writeExposition(servedMetrics(current(), { ...metrics, now: clock() }), format);
  return { status: 200, headers: { ...HEADERS, 'Content-Type': CONTENT_TYPES[format], Vary: 'Accept' }, body };
}

function readiness({ good, failure }: ReadingState<Served>): Answer {
  if (good === null) {
    const why = failure === null ? 'the lake is being read for the first time' : reasonOf(failure.error);
    return text(503, `not ready: ${why}\n`, { 'Retry-After': String(RETRY_SECONDS) });
  }
  const late = failure === null ? '' : `; the last reading failed: ${reasonOf(failure.error)}`;
  return text(200, `ready: read at ${humanInstant(good.at)} UTC${late}\n`);
}

/** What an error says to people; of a defect its first line. */
export function reasonOf(error: unknown): string {
  return error instanceof AppError ? error.message : `a defect in tenantscope: ${messageOf(error)}`;
}

/** Undefined for what is no address. What stands behind `?` is the page's own matter. */
function pathOf(target: string): string | undefined {
  try {
    return new URL(target, 'http://localhost').pathname;
  } catch {
    return undefined;
  }
}

const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...HEADERS, 'Content-Type': TEXT, ...headers },
  body,
});

const html = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...HEADERS, 'Content-Type': HTML, 'Content-Security-Policy': pagePolicy(body), ...headers },
  body,
});
