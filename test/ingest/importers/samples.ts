/** Lines and documents as each source writes them, with hosts, keys, tables and namespaces of two tenants. */

/** An ALB access-log line (AWS's own example, with a host of ours). */
export function albLine(
  host: string,
  path: string,
  over: { sent?: string; target?: string; time?: string } = {},
): string {
  const { sent = '57', target = '0.048', time = '2026-11-20T22:23:00.186641Z' } = over;
  return (
    `h2 ${time} app/my-lb/50dc6c495c0c9188 10.0.1.252:48160 10.0.0.66:9000 0.000 ${target} 0.000 200 200 34 ${sent} ` +
    `"GET https://${host}:443${path} HTTP/2.0" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ` +
    'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 ' +
    '"Root=1-58337327-72bd00b0343d75b906739c42" "-" "-" 1 2026-11-20T22:22:48.364000Z "redirect" "-" "-" ' +
    '"10.0.0.66:9000" "200" "-" "-" TID_1234 "-" "-" "-"'
  );
}

/** An S3 server access-log line. */
export function s3AccessLine(
  operation: string,
  key: string,
  over: { status?: string; sent?: string; size?: string } = {},
): string {
  const { status = '200', sent = '2662992', size = '3462992' } = over;
  return (
    '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be media [20/Nov/2026:00:00:38 +0000] 192.0.2.3 ' +
    `arn:aws:iam::123:role/app 3E57427F3EXAMPLE ${operation} ${key} "GET /media/${key} HTTP/1.1" ${status} - ` +
    `${sent} ${size} 70 10 "-" "aws "sdk"-js agent" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= ` +
    'SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader media.s3.us-west-1.amazonaws.com TLSV1.2 - -'
  );
}

const CLOUDFRONT_FIELDS =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken';

/** One CloudFront record, by field. */
export function cloudFrontRecord(host: string, path: string): Record<string, string> {
  const values = [
    '2026-11-20',
    '01:13:11',
    'FRA2',
    '182',
    '192.0.2.10',
    'GET',
    'd111111abcdef8.cloudfront.net',
    path,
    '200',
    '-',
    'Mozilla/5.0 (X11)',
    '-',
    '-',
    'RefreshHit',
    'MRVMF7KydIvxMWfJIglgwHQwZsbG2IhRJ07sn9AkKUFSHS9EXAMPLE==',
    host,
    'https',
    '300',
    '0.001',
  ];
  return Object.fromEntries(CLOUDFRONT_FIELDS.split(' ').map((field, place) => [field, values[place] ?? '-']));
}

/** CloudFront's W3C file of some records. */
export function cloudFrontW3c(records: readonly Record<string, string>[]): string {
  const lines = records.map((record) =>
    CLOUDFRONT_FIELDS.split(' ')
      .map((field) => (record[field] ?? '-').replaceAll(' ', '%20'))
      .join('\t'),
  );
  return ['#Version: 1.0', `#Fields: ${CLOUDFRONT_FIELDS}`, ...lines, ''].join('\n');
}

/** A Cognito sign-in in CloudTrail. */
export function signIn(pool: string, sub: string, over: object = {}): Record<string, unknown> {
  return {
    eventVersion: '1.08',
    eventTime: '2026-11-20T10:00:00Z',
    eventSource: 'cognito-idp.amazonaws.com',
    eventName: 'RespondToAuthChallenge',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '192.0.2.1',
    requestParameters: { challengeName: 'PASSWORD_VERIFIER', clientId: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    responseElements: { challengeParameters: {}, authenticationResult: { expiresIn: 3600, tokenType: 'Bearer' } },
    additionalEventData: { sub, userPoolId: pool },
    requestID: 'r-1',
    eventID: `e-${Buffer.from(sub).toString('hex')}`,
    ...over,
  };
}

/** A subscription envelope of CloudWatch Logs. */
export function logEnvelope(logGroup: string, messages: readonly string[], first = 0): string {
  return JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup,
    logStream: '2026/11/20/[$LATEST]abc',
    subscriptionFilters: ['all'],
    logEvents: messages.map((message, place) => ({
      id: String(35_000_000_000_000 + first + place),
      timestamp: Date.UTC(2026, 10, 20, 10, 0, place),
      message,
    })),
  });
}

/** A control message, as CloudWatch Logs sends to test a destination. */
export const CONTROL_ENVELOPE = JSON.stringify({
  messageType: 'CONTROL_MESSAGE',
  owner: 'CloudwatchLogs',
  logGroup: '',
  logStream: '',
  subscriptionFilters: [],
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
});

/** A Lambda REPORT line. */
export const REPORT =
  'REPORT RequestId: 3604209a-e9a3-11e6-939a-754dd98c7be3\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 18 MB\tInit Duration: 100.1 ms\t\n';

/** A pod's performance event of Container Insights. */
export function performanceEvent(namespace: string, type = 'Pod'): string {
  return JSON.stringify({
    ClusterName: 'prod',
    Namespace: namespace,
    NodeName: 'ip-10-0-0-1',
    PodName: 'api',
    Timestamp: String(Date.UTC(2026, 10, 20, 10)),
    Type: type,
    Version: '0',
    pod_cpu_usage_total: 250.5,
    pod_memory_working_set: 1024 ** 3,
    kubernetes: { pod_name: 'api-1', namespace_name: namespace },
  });
}

/** An answer of the kubelet's Summary API. */
export function kubeletSummary(namespace: string, cpu: number, time: string): string {
  return JSON.stringify({
    node: { nodeName: 'ip-10-0-0-1', cpu: { time, usageNanoCores: 1 } },
    pods: [
      {
        podRef: { name: 'api-1', namespace, uid: 'b1e9a3f0-0000-4000-8000-000000000001' },
        containers: [
          {
            name: 'app',
            cpu: { time, usageNanoCores: 5, usageCoreNanoSeconds: cpu },
            memory: { time, workingSetBytes: 536870912 },
          },
        ],
      },
    ],
  });
}

/** cAdvisor's metrics in the Prometheus text format. */
export const CADVISOR = [
  '# HELP container_cpu_usage_seconds_total Cumulative cpu time consumed in seconds.',
  'container_cpu_usage_seconds_total{container="",cpu="total",id="/",namespace="",pod=""} 100.5 1795168800000',
  'container_cpu_usage_seconds_total{container="app",cpu="total",id="/kubepods/podb1e9a3f0-0000-4000-8000-000000000001/x",namespace="tenant-acme",pod="api-1"} 12.5 1795168800000',
  'container_memory_working_set_bytes{container="app",id="/kubepods/podb1e9a3f0-0000-4000-8000-000000000001/x",namespace="tenant-acme",pod="api-1"} 1.073741824e+09 1795168800000',
  '',
].join('\n');
