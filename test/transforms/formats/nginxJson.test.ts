import { expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';

const NOW = Date.UTC(2026, 10, 26);
const parse = (app: object) => parseText(JSON.stringify(app), NOW);

it('reads nginx’s own names, with numbers as text or not', () => {
  const parsed = parse({
    time_iso8601: '2026-11-25T10:00:00+01:00',
    remote_addr: '203.0.113.9',
    host: 'acme.example.com',
    request_method: 'GET',
    request_uri: '/songs/1?q=x',
    status: '200',
    body_bytes_sent: 512,
    request_time: '0.021',
    http_x_tenant_id: 'acme',
  });
  expect(parsed).toMatchObject({
    format: 'nginx',
    time: Date.UTC(2026, 10, 25, 9),
    method: 'GET',
    path: '/songs/1',
    status: 200,
    bytesOut: '512',
    durationMs: 21,
  });
  expect(parsed.rest).toMatchObject({
    'server.address': 'acme.example.com',
    'client.address': '203.0.113.9',
    nginx: { http_x_tenant_id: 'acme' },
  });
});

it('keeps nothing twice: what columns say whole was among the attributes once more', () => {
  const { rest, ...columns } = parse({
    time_iso8601: '2026-11-25T10:00:00+01:00',
    remote_addr: '203.0.113.9',
    host: 'acme.example.com',
    request: 'GET /songs/1 HTTP/2.0',
    request_method: 'GET',
    request_uri: '/songs/1',
    uri: '/songs/index.html',
    status: 200,
    body_bytes_sent: 512,
    bytes_sent: 700,
    request_time: '0.021',
    http_user_agent: 'curl/8.5.0',
    http_x_tenant_id: 'acme',
  });
  expect(columns).toMatchObject({ method: 'GET', path: '/songs/1', status: 200, bytesOut: '512', durationMs: 21 });
  expect(rest).toEqual({
    'client.address': '203.0.113.9',
    'server.address': 'acme.example.com',
    'user_agent.original': 'curl/8.5.0',
    // No column has these.
    nginx: { uri: '/songs/index.html', bytes_sent: 700, http_x_tenant_id: 'acme' },
  });
});

it('states its user by the remote user, as the text does: it was an attribute that nobody looks for', () => {
  const { rest } = parse({ request_uri: '/', status: 200, body_bytes_sent: 1, remote_user: 'ann' });
  expect(rest).toEqual({ 'enduser.id': 'ann' });
  const nobody = parse({ request_uri: '/', status: 200, body_bytes_sent: 1, remote_user: '' });
  expect(nobody.rest).not.toHaveProperty('enduser.id');
});

it.each([
  [{ request_uri: '/songs/1?q=x' }, { request_uri: '/songs/1?q=x' }],
  [{ request: 'GET /songs/1?q=x HTTP/1.1' }, { request: 'GET /songs/1?q=x HTTP/1.1' }],
  [{ request: 'GET http://b.example/x HTTP/1.1' }, { request: 'GET http://b.example/x HTTP/1.1' }],
  [{ request: '\\x16\\x03' }, { request: '\\x16\\x03' }],
  [{ request_uri: '/', host: 'acme.example.com:8443' }, { host: 'acme.example.com:8443' }],
  [{ request_uri: '/', time_local: 'yesterday' }, { time_local: 'yesterday' }],
  [{ request_uri: '/', request_time: 'slow' }, { request_time: 'slow' }],
  [{ request_uri: '/', status: '-' }, { status: '-' }],
  [{ request_uri: '/', status: 999 }, { status: 999 }],
  [{ request_uri: '/' }, undefined],
])('of %j it keeps %j, which no column has whole', (fields, kept) => {
  const { rest } = parse({ status: 200, body_bytes_sent: 1, ...fields });
  expect(rest.nginx).toEqual(kept);
});

it.each([
  [{ time_local: '25/Nov/2026:10:00:00 +0100' }, Date.UTC(2026, 10, 25, 9)],
  [{ msec: '1795597200.250' }, Date.UTC(2026, 10, 25, 9, 0, 0, 250)],
  [{ '@timestamp': '2026-11-25T09:00:00Z' }, Date.UTC(2026, 10, 25, 9)],
  [{}, null],
])('reads the request as one text, and its time from %j', (time, expected) => {
  const parsed = parse({ ...time, request: 'POST http://b.example:8080/x HTTP/1.1', status: 201, bytes_sent: '7' });
  expect(parsed).toMatchObject({ format: 'nginx', method: 'POST', path: '/x', bytesOut: '7', time: expected });
});

it('is not what an application prints', () => {
  expect(parse({ time: '2026-11-25T09:00:00Z', msg: 'sent', bytes_sent: 7, uri: '/x' }).format).toBe('json');
  expect(parse({ status: 200, body_bytes_sent: 7 }).format).toBe('json');
  // Regression: an application's line about a request was counted as one, and lost its severity and its message.
  expect(parse({ level: 'error', msg: 'no answer', status: 502, uri: '/x', bytes_sent: 7 })).toMatchObject({
    ...{ format: 'json', severityText: 'error', body: 'no answer' },
  });
});

it('keeps what an nginx log_format names at the end of an access line', () => {
  const line = '203.0.113.9 - - [25/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a=b c=d"';
  expect(parseText(`${line} "-" tenant=acme rt=0.034`, NOW).rest).toMatchObject({ tenant: 'acme', rt: '0.034' });
  expect(parseText(`${line} tenant="a b"`, NOW).rest).toMatchObject({ tenant: 'a b' });
  // What a client sends in X-Forwarded-For neither names a tenant nor hides the one behind it.
  for (const sent of ['192.0.2.1 tenant=globex', 'a tenant=globex b=', '192.0.2.1 x=1']) {
    expect(parseText(`${line} "${sent}" tenant=acme`, NOW).rest).toMatchObject({ tenant: 'acme' });
    expect(parseText(`${line} "${sent}"`, NOW).rest).not.toHaveProperty('tenant');
  }
  for (const tail of ['', ' "10.0.0.1"', ' 0.012 0.010', ' x=1 "y"'])
    expect(Object.keys(parseText(line + tail, NOW).rest)).not.toContain('x');
});
