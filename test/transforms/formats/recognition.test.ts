import { describe, expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';

const SEEN = Date.parse('2026-11-23T12:00:00Z');
const parsed = (text: string) => parseText(text, SEEN);
const iso = (text: string) => {
  const { time } = parsed(text);
  return time === null ? null : new Date(time).toISOString();
};

describe('access lines', () => {
  const common = '127.0.0.1 - frank [10/Oct/2026:13:55:36 -0700] "GET /apache_pb.gif?x=1 HTTP/1.0" 200 2326';

  it("reads Apache's common form; a dash for bytes is none", () => {
    expect(parsed(common)).toMatchObject({
      format: 'apache_common',
      method: 'GET',
      path: '/apache_pb.gif',
      status: 200,
      bytesOut: '2326',
      rest: { 'client.address': '127.0.0.1', 'enduser.id': 'frank' },
    });
    expect(iso(common)).toBe('2026-10-10T20:55:36.000Z');
    expect(parsed(common.replace('2326', '-')).bytesOut).toBe('0');
  });

  it('tells combined, and what ingress-nginx and traefik add to it', () => {
    const combined = `${common} "-" "curl/8.0"`;
    expect(parsed(combined)).toMatchObject({ format: 'nginx', rest: { 'user_agent.original': 'curl/8.0' } });
    expect(parsed(`${combined} 120 0.250 [prod-api-80] [] 10.0.0.1:80 5 0.250 200 abc`)).toMatchObject({
      format: 'nginx',
      durationMs: 250,
      rest: { 'nginx.proxy_upstream_name': 'prod-api-80' },
    });
    expect(parsed(`${combined} 190 "api@docker" "http://172.17.0.3:80" 12ms`)).toMatchObject({
      format: 'traefik',
      durationMs: 12,
      rest: { 'traefik.router': 'api@docker', 'traefik.server_url': 'http://172.17.0.3:80' },
    });
  });

  it('leaves a line whose bytes are no number', () => {
    expect(parsed(common.replace('2326', '23x6')).format).toBe('text');
  });

  it("reads traefik's JSON", () => {
    const line =
      '{"level":"info","ClientHost":"172.17.0.1","ClientUsername":"-","DownstreamContentSize":357,"DownstreamStatus":200,"Duration":357313,"RequestHost":"a.example.com","RequestMethod":"GET","RequestPath":"/save?q=1","StartUTC":"2021-12-08T14:02:43.587782192Z","request_User-Agent":"Mozilla"}';
    expect(parsed(line)).toMatchObject({
      format: 'traefik',
      severityNumber: 9,
      method: 'GET',
      path: '/save',
      status: 200,
      durationMs: 0.357,
      bytesOut: '357',
      rest: { 'client.address': '172.17.0.1', 'server.address': 'a.example.com', 'user_agent.original': 'Mozilla' },
    });
    expect(iso(line)).toBe('2021-12-08T14:02:43.587Z');
    expect(parsed(line).rest).not.toHaveProperty('enduser.id');
  });

  // The first is the example of Envoy's documentation, the second of Istio's.
  it("reads Envoy's default form and Istio's", () => {
    const envoy =
      '[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80"';
    expect(parsed(envoy)).toMatchObject({
      format: 'envoy',
      method: 'POST',
      path: '/api/v1/locations',
      status: 204,
      durationMs: 226,
      bytesOut: '0',
      rest: {
        'client.address': '10.0.35.28',
        'server.address': 'locations',
        'envoy.upstream_host': 'tcp://10.0.2.1:80',
      },
    });
    const istio =
      '[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "10.44.1.27:80" outbound|8000||httpbin.foo.svc.cluster.local 10.44.1.23:37652 10.0.45.184:8000 10.44.1.23:46520 - default';
    expect(parsed(istio)).toMatchObject({
      format: 'envoy',
      status: 418,
      bytesOut: '135',
      rest: {
        'envoy.response_code_details': 'via_upstream',
        'envoy.upstream_cluster': 'outbound|8000||httpbin.foo.svc.cluster.local',
      },
    });
    expect(parsed(istio).rest).not.toHaveProperty('client.address');
    const cutOff = envoy.replace('204 - 154 0 226 100', '0 DC 0 0 1 -');
    expect(parsed(cutOff)).toMatchObject({ format: 'envoy', status: null, rest: { 'envoy.response_flags': 'DC' } });
  });

  it("reads Envoy Gateway's JSON", () => {
    const line =
      '{":authority":"www.example.com","bytes_received":0,"bytes_sent":121258,"downstream_remote_address":"10.0.0.12:59292","duration":11,"method":"GET","protocol":"HTTP/2","response_code":200,"response_code_details":"via_upstream","response_flags":"-","start_time":"2025-12-31T16:37:40.479Z","x-envoy-origin-path":"/x?y=1","upstream_transport_failure_reason":null,"x-tenant":"acme"}';
    expect(parsed(line)).toMatchObject({
      format: 'envoy',
      path: '/x',
      status: 200,
      durationMs: 11,
      bytesOut: '121258',
    });
    expect(parsed(line).rest).toEqual({
      'client.address': '10.0.0.12',
      'server.address': 'www.example.com',
      'network.protocol.name': 'HTTP/2',
      'envoy.bytes_received': '0',
      'envoy.downstream_remote_address': '10.0.0.12:59292',
      'envoy.response_code_details': 'via_upstream',
      'envoy.x-tenant': 'acme',
    });
  });
});

describe("AWS's own lines in a pod's output", () => {
  it('are recognised', () => {
    const alb =
      'http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"';
    expect(parsed(alb)).toMatchObject({ format: 'alb', status: 200, path: '/' });
    const report =
      'REPORT RequestId: 3604209a-e9a3-11e6-939a-754dd98c7be3\tDuration: 12.34 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\tMax Memory Used: 18 MB';
    expect(parsed(report)).toMatchObject({ format: 'lambda_report', durationMs: 12.34 });
    const s3 =
      '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be amzn-s3-demo-bucket1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /amzn-s3-demo-bucket1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader amzn-s3-demo-bucket1.s3.us-west-1.amazonaws.com TLSV1.2 arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP Yes';
    expect(parsed(s3)).toMatchObject({ format: 's3_access', status: 200 });
  });
});

describe('JSON of loggers', () => {
  it.each([
    [
      'serilog',
      '{"@t":"2026-11-23T10:00:00.1234567Z","@mt":"Hi {User}","@l":"Warning","@tr":"0af7651916cd43dd8448eb211c80319c","@sp":"b7ad6b7169203331"}',
      13,
      'Hi {User}',
    ],
    ['python-json', '{"asctime":"2026-11-23T10:00:00.123Z","levelname":"CRITICAL","message":"m"}', 21, 'm'],
    [
      'log4j JsonLayout',
      '{"instant":{"epochSecond":1795428000,"nanoOfSecond":123456789},"level":"INFO","message":"m"}',
      9,
      'm',
    ],
    ['log4j ECS', '{"@timestamp":"2026-11-23T10:00:00.123Z","log.level":"ERROR","message":"m"}', 17, 'm'],
    ['zap', '{"level":"dpanic","ts":1795428000.123,"caller":"a.go:1","msg":"m"}', 18, 'm'],
    [
      'bunyan',
      '{"v":0,"name":"api","hostname":"h","pid":1,"level":40,"msg":"m","time":"2026-11-23T10:00:00.123Z"}',
      13,
      'm',
    ],
  ])('%s', (_logger, line, severity, body) => {
    expect(parsed(line)).toMatchObject({ format: 'json', severityNumber: severity, body });
    expect(iso(line)).toBe('2026-11-23T10:00:00.123Z');
  });

  it('embedded metrics, dated by their own time', () => {
    const line =
      '{"_aws":{"Timestamp":1795428000123,"CloudWatchMetrics":[{"Namespace":"n","Dimensions":[[]],"Metrics":[]}]},"latency":3}';
    expect(parsed(line)).toMatchObject({ format: 'emf', time: 1_795_428_000_123 });
    expect(parsed('{"_aws":"x","msg":"m"}').format).toBe('json');
  });
});

describe('stack traces', () => {
  it.each([
    [
      'Java',
      'java.lang.IllegalStateException: no table\n\tat com.acme.Api.get(Api.java:10)\nCaused by: java.io.IOException: x\n\t... 3 more',
      'java.lang.IllegalStateException',
      'no table',
    ],
    [
      'Java, of a thread',
      'Exception in thread "main" java.lang.OutOfMemoryError: heap\n\tat a.B.c(B.java:1)',
      'java.lang.OutOfMemoryError',
      'heap',
    ],
    [
      'Node',
      "TypeError: Cannot read properties of undefined (reading 'id')\n    at get (/app/a.js:1:2)",
      'TypeError',
      "Cannot read properties of undefined (reading 'id')",
    ],
    [
      '.NET',
      'System.ArgumentNullException: Value cannot be null.\n   at Acme.Api.Get() in /src/Api.cs:line 10',
      'System.ArgumentNullException',
      'Value cannot be null.',
    ],
    [
      'Python',
      'Traceback (most recent call last):\n  File "/app/a.py", line 3, in <module>\n    get()\nbotocore.exceptions.ClientError: denied',
      'botocore.exceptions.ClientError',
      'denied',
    ],
    [
      'Python, the error raised last',
      'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 2\nRuntimeError: late',
      'RuntimeError',
      'late',
    ],
    [
      'a message of several lines',
      'ValidationError: two things\n- a\n- b\n    at check (/app/v.js:9:1)',
      'ValidationError',
      'two things',
    ],
  ])('%s', (_language, text, type, message) => {
    expect(parsed(text)).toMatchObject({
      format: 'stack_trace',
      body: text,
      errorType: type,
      severityNumber: 17,
      rest: { 'exception.message': message },
    });
  });

  it('Go panics are fatal', () => {
    expect(parsed('panic: index out of range\n\ngoroutine 1 [running]:\nmain.main()')).toMatchObject({
      format: 'stack_trace',
      errorType: 'panic',
      severityNumber: 21,
    });
  });

  it.each(['ValueError: no frames', 'panic: no goroutine\nat all', 'Some Error\nthen text', 'Error: a\nb\nc'])(
    'is not %j',
    (text) => {
      expect(parsed(text).format).toBe('text');
    },
  );
});
