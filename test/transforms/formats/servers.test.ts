import { describe, expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';

const SEEN = Date.parse('2026-11-23T12:00:00Z');
const parsed = (text: string) => {
  const { time, ...read } = parseText(text, SEEN);
  return { ...read, time: time === null ? null : new Date(time).toISOString() };
};

describe('servers', () => {
  it("reads Caddy's access log", () => {
    const line =
      '{"level":"error","ts":1795428000.1234567,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"10.0.0.9","client_ip":"203.0.113.7","proto":"HTTP/2.0","method":"GET","host":"a.example.com","uri":"/v1/x?y=1","headers":{"User-Agent":["curl/8.0"],"Accept":["*/*"]}},"bytes_read":0,"user_id":"","duration":0.0125,"size":18,"status":503,"resp_headers":{"Server":["Caddy"]}}';
    expect(parsed(line)).toMatchObject({
      format: 'caddy',
      body: line,
      time: '2026-11-23T10:00:00.123Z',
      severityNumber: 17,
      method: 'GET',
      path: '/v1/x',
      status: 503,
      durationMs: 12.5,
      bytesOut: '18',
    });
    expect(parsed(line).rest).toEqual({
      'client.address': '203.0.113.7',
      'server.address': 'a.example.com',
      'user_agent.original': 'curl/8.0',
      'network.protocol.name': 'HTTP/2.0',
      'caddy.logger': 'http.log.access.log0',
      caddy: {
        bytes_read: 0,
        resp_headers: { Server: ['Caddy'] },
        request: { remote_ip: '10.0.0.9', headers: { Accept: ['*/*'] } },
      },
    });
    expect(parsed('{"level":"info","logger":"http.handlers.reverse_proxy","msg":"m"}').format).toBe('json');
  });

  it.each([
    ['F', 21],
    ['E', 17],
    ['W', 13],
    ['I', 9],
    ['D1', 5],
    ['D5', 1],
    ['X', null],
  ])("reads MongoDB's severity %s", (letter, severity) => {
    const line = `{"t":{"$date":"2026-11-23T12:00:00.123+02:00"},"s":"${letter}","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"[::1]:40788","connectionCount":1}}`;
    expect(parsed(line)).toMatchObject({
      format: 'mongodb',
      body: 'Connection accepted',
      time: '2026-11-23T10:00:00.123Z',
      severityNumber: severity,
      severityText: letter,
      rest: {
        attr: { remote: '[::1]:40788', connectionCount: 1 },
        'client.address': '::1',
        'mongodb.component': 'NETWORK',
        'mongodb.id': 22943,
        'mongodb.context': 'listener',
      },
    });
  });

  it("reads Kubernetes' audit log, whose level is no severity", () => {
    const line =
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"57a7","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/foo/pods/p/exec?command=sh","verb":"create","user":{"username":"jane","groups":["g"]},"sourceIPs":["192.0.2.1"],"userAgent":"kubectl/v1.26.0","responseStatus":{"code":101},"requestReceivedTimestamp":"2026-11-23T09:59:59.763960Z","stageTimestamp":"2026-11-23T10:00:00.619910Z"}';
    expect(parsed(line)).toMatchObject({
      format: 'k8s_audit',
      time: '2026-11-23T10:00:00.619Z',
      severityNumber: null,
      severityText: null,
      path: '/api/v1/namespaces/foo/pods/p/exec',
      status: 101,
      rest: {
        verb: 'create',
        stage: 'ResponseComplete',
        'client.address': '192.0.2.1',
        'user_agent.original': 'kubectl/v1.26.0',
        'enduser.id': 'jane',
        'url.query': 'command=sh',
      },
    });
  });

  it.each([
    ['Note', 9],
    ['Warning', 13],
    ['ERROR', 17],
    ['System', 9],
  ])("reads MySQL's error log, priority %s", (priority, severity) => {
    expect(
      parsed(
        `2026-11-23T10:00:00.123456Z 25 [${priority}] [MY-010926] [Server] Access denied for user 'a'@'192.0.2.1'`,
      ),
    ).toMatchObject({
      format: 'mysql',
      body: "Access denied for user 'a'@'192.0.2.1'",
      time: '2026-11-23T10:00:00.123Z',
      severityNumber: severity,
      severityText: priority,
      rest: {
        'thread.id': '25',
        'mysql.error_code': 'MY-010926',
        'mysql.subsystem': 'Server',
        'enduser.id': 'a',
        'client.address': '192.0.2.1',
      },
    });
  });

  it("reads MySQL's general log, which has no priorities", () => {
    expect(parsed('2026-11-23T10:00:00.123456Z\t   14 Query\tSELECT 1')).toMatchObject({
      format: 'mysql',
      body: 'SELECT 1',
      severityNumber: null,
      rest: { 'thread.id': '14', 'mysql.command': 'Query' },
    });
  });

  it.each([
    ['debug', 5],
    ['notice', 10],
    ['warn', 13],
    ['error', 17],
    ['emerg', 21],
  ])("reads nginx's error log, level %s", (level, severity) => {
    const line = `2026/11/23 10:00:00 [${level}] 31#32: *46 "/x" failed (2: No such file), client: 192.0.2.1, server: localhost, request: "GET /a?b=c HTTP/1.1", upstream: "http://10.0.0.1:80/a", host: "a.example.com"`;
    expect(parsed(line)).toMatchObject({
      format: 'nginx_error',
      time: '2026-11-23T10:00:00.000Z',
      severityNumber: severity,
      method: 'GET',
      path: '/a',
      rest: {
        'process.pid': '31',
        'thread.id': '32',
        'nginx.connection': '46',
        'client.address': '192.0.2.1',
        'server.address': 'a.example.com',
        'nginx.upstream': 'http://10.0.0.1:80/a',
      },
    });
    expect(parsed('2026/11/23 10:00:00 [notice] 1#1: start worker processes')).toMatchObject({
      format: 'nginx_error',
      body: 'start worker processes',
      method: null,
    });
  });
});

describe("a container runtime's frame", () => {
  it("is CRI's: the line keeps its own time, else has the runtime's", () => {
    expect(parsed('2026-11-23T10:00:00.123456789Z stderr F {"level":"warn","msg":"m"}')).toMatchObject({
      format: 'json',
      body: 'm',
      time: '2026-11-23T10:00:00.123Z',
      severityNumber: 13,
      rest: { 'log.iostream': 'stderr', 'cri.time': '2026-11-23T10:00:00.123456789Z', 'cri.tag': 'F' },
    });
    expect(parsed('2026-11-23T11:00:00.5+01:00 stdout P half of')).toMatchObject({
      format: 'text',
      body: 'half of',
      time: '2026-11-23T10:00:00.500Z',
      rest: { 'cri.tag': 'P' },
    });
  });

  it("is Docker's json-file", () => {
    const line = JSON.stringify({
      log: 'I1123 09:00:00.5 1 a.go:1] m\n',
      stream: 'stdout',
      time: '2026-11-23T10:00:00Z',
    });
    expect(parsed(line)).toMatchObject({
      format: 'klog',
      body: 'm',
      time: '2026-11-23T09:00:00.500Z',
      rest: { 'log.iostream': 'stdout', 'docker.time': '2026-11-23T10:00:00Z' },
    });
    expect(parsed('{"log":"of the application","level":"info"}').format).toBe('json');
  });

  it('is taken off once: a line cannot make the parser dig', () => {
    const frame = '2026-11-23T10:00:00Z stdout F ';
    expect(parsed(frame.repeat(30_000))).toMatchObject({ format: 'text' });
  });
});

describe('a line that asks for more than it holds', () => {
  it("is not rendered at any length: a template's properties take 64 KiB", () => {
    const line = JSON.stringify({ '@t': '2026-11-23T10:00:00Z', '@mt': '{A}'.repeat(10_000), A: 'x'.repeat(1000) });
    expect(parsed(line).body?.length).toBeLessThan(3 * 10_000 + 65_536);
  });

  it('repeats a parameter of structured data in one pass', () => {
    const line = `<13>1 - - - - - [a${' b="c"'.repeat(100_000)}] m`;
    expect(parsed(line).rest['syslog.a.b']).toHaveLength(100_000);
  });

  it('may nest as deep as JSON goes', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    for (const line of [
      `{"@t":"2026-11-23T10:00:00Z","@mt":"{A}","A":${deep}}`,
      `{"_aws":{"CloudWatchMetrics":[],"Timestamp":${deep}}}`,
      `{"response_flags":"-","response_code":200,"x":${deep}}`,
      `{"err":${deep},"error":${deep}}`,
    ])
      expect(parsed(line).format).toBeTypeOf('string');
  });
});
