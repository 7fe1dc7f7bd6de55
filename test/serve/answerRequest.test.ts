import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { buildPage } from '../../dashboard/index.js';
import { AppError } from '../../model/index.js';
import { type AnswerParts, answerRequest, type Served } from '../../serve/answerRequest.js';
import type { ReadingState } from '../../serve/LiveReading.js';
import { facts } from './metrics/factSamples.js';
import { pageData } from './pageData.js';

const AT = Date.parse('2026-11-27T10:00:00Z');
const PAGE = buildPage(pageData());

const OPTIONS = { version: '0.1.0', nodeVersion: '20.20.0', topTenants: 20 };

function parts(over: Partial<ReadingState<Served>> = {}): AnswerParts {
  const good = { value: { page: PAGE, data: '{"version":1}', facts: facts() }, at: AT, tookMs: 900 };
  const state = { good, failure: null, underWay: false, done: { ok: 1, failed: 0 }, ...over };
  return { current: () => state, allowedHosts: [], refreshMs: 60_000, metrics: OPTIONS, clock: () => AT + 5000 };
}
const failure = {
  error: new AppError('LAKE_NOT_FOUND', 'not a lake <b>', { got: './lake', hint: 'check --lake' }),
  at: AT + 60_000,
};
const get = (target: string, of = parts(), method = 'GET') =>
  answerRequest({ method, target, host: 'localhost:8787', accept: undefined }, of);

/** What stands in the page's style elements, as a policy names it. */
const styleHashes = (page: string): string[] =>
  [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, style = '']) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );

describe('answerRequest', () => {
  it('sends the page as it is, under its own policy, and lets nobody frame, keep or read it from elsewhere', () => {
    const answer = get('/?from=a-mail#tenant=acme');
    expect(answer).toMatchObject({ status: 200, body: PAGE });
    const { 'Content-Security-Policy': policy = '', ...headers } = answer.headers;
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).toMatch(/; frame-ancestors 'none'$/);
    for (const hash of styleHashes(PAGE)) expect(policy).toContain(hash);
    expect(headers).toMatchObject({
      'Cache-Control': 'no-store',
      'Content-Type': 'text/html; charset=utf-8',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
    });
  });

  it('keeps the last good page when a reading failed, with its time and what is wrong, escaped', () => {
    const answer = get('/', parts({ failure }));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Read at 2026-11-27 10:00 UTC and out of date since: not a lake &lt;b&gt;');
    expect(answer.body).toContain('Tried at 2026-11-27 10:01 UTC; the next try is at 2026-11-27 10:02 UTC');
    // All else of the page is as it was, but for the hash of the note's style.
    const [, title] = /<title>(.*)<\/title>/.exec(PAGE) ?? [];
    expect(answer.body).toContain(`<title>${title}</title>`);
    expect(answer.body).toContain(PAGE.slice(PAGE.indexOf('<header')));
    expect(styleHashes(answer.body).length).toBe(styleHashes(PAGE).length + 1);
    for (const hash of styleHashes(answer.body)) {
      expect(answer.headers['Content-Security-Policy']).toContain(hash);
      expect(answer.body).toContain(hash.replaceAll("'", '&#39;'));
    }
  });

  it('says that newer data is being read', () => {
    expect(get('/', parts({ underWay: true })).body).toContain(
      'Read at 2026-11-27 10:00 UTC. Newer data is being read: it comes by itself, or by a reload.',
    );
  });

  it('has a page that asks again while there is none, and says what is wrong when there will be none', () => {
    const first = get('/', parts({ good: null, underWay: true }));
    expect(first).toMatchObject({ status: 503, headers: { Refresh: '2', 'Retry-After': '2' } });
    expect(first.body).toContain('The first page is being made.');
    const never = get('/', parts({ good: null, failure }));
    expect(never.body).toContain('<h1>The lake cannot be read</h1>');
    expect(never.body).toContain('check --lake');
    expect(never.body).not.toContain('<b>');
    for (const hash of styleHashes(never.body)) expect(never.headers['Content-Security-Policy']).toContain(hash);
  });

  it('is healthy always, and ready from the first page on', () => {
    const none = parts({ good: null, underWay: true });
    expect(get('/healthz', none)).toMatchObject({ status: 200, body: 'ok\n' });
    expect(get('/readyz', none)).toMatchObject({ status: 503 });
    expect(get('/readyz', parts({ good: null, failure })).body).toMatch(/^not ready: not a lake/);
    expect(get('/readyz')).toMatchObject({ status: 200, body: 'ready: read at 2026-11-27 10:00 UTC\n' });
    expect(get('/readyz', parts({ failure }))).toMatchObject({
      status: 200,
      body: expect.stringContaining('the last reading failed: not a lake'),
    });
  });

  it('shows metrics in the format that is asked for, and those of itself before there is a reading', () => {
    const metrics = (accept: string | undefined, of = parts()) =>
      answerRequest({ method: 'GET', target: '/metrics', host: '127.0.0.1:8787', accept }, of);
    const open = metrics('application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5');
    expect(open.headers['Content-Type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(open.body).toMatch(/\n# EOF\n$/);
    expect(open.body).toContain('tenantscope_tenant_share_ratio{service="DynamoDB",tenant_id="acme"} 0.3\n');
    const text = metrics(undefined);
    expect(text.headers['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text.body).not.toContain('# EOF');
    const early = metrics(undefined, parts({ good: null, underWay: true, done: { ok: 0, failed: 0 } }));
    expect(early.status).toBe(200);
    expect(early.body).toContain('tenantscope_readings_total{result="ok"} 0\n');
    expect(early.body).not.toContain('tenantscope_tenant_');
  });

  it('does not answer to the names of others, and touches no data for them', () => {
    const of = { ...parts(), current: () => expect.fail('read') };
    for (const host of [undefined, 'evil.example', 'evil.example:8787']) {
      const answer = answerRequest({ method: 'GET', target: '/', host, accept: undefined }, of);
      expect(answer.status).toBe(421);
      expect(answer.body).not.toContain('acme');
    }
  });

  it('reads only: no other method, path or address', () => {
    expect(get('/', parts(), 'HEAD')).toMatchObject({ status: 200, body: PAGE });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', ''])
      expect(get('/', parts(), method)).toMatchObject({ status: 405, headers: { Allow: 'GET, HEAD' } });
    expect(get('/../../etc/passwd').status).toBe(404);
    expect(get('http://[').status).toBe(400);
    expect(get('/favicon.ico')).toMatchObject({ status: 204, body: '' });
  });

  it('gives an open page newer data, or the reason why there is none', () => {
    expect(get('/data.json')).toMatchObject({
      status: 200,
      body: '{"version":1}',
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    });
    expect(get('/data.json', parts({ failure }))).toMatchObject({
      status: 503,
      body: expect.stringContaining('not a lake <b>'),
      headers: { 'Content-Type': 'text/plain; charset=utf-8' },
    });
    expect(get('/data.json', parts({ good: null, underWay: true }))).toMatchObject({ status: 503 });
  });

  it('serves no page that carries no policy', () => {
    const bare = parts({
      good: { value: { page: '<html><body>x</body></html>', data: '', facts: facts() }, at: AT, tookMs: 1 },
    });
    expect(() => get('/', bare)).toThrow(/content security policy/);
  });
});
