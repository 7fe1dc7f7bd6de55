import { describe, expect, it } from 'vitest';
import { configSchema, formatProblem, parseConfig } from '../../model/index.js';

const SECRET = 'R0UT1NG-KEY-IN-THE-FILE';

/** Problems of a file whose section `alerts` has these lines. */
function problemsOf(...lines: readonly string[]): readonly string[] {
  const parsed = parseConfig(['alerts:', ...lines.map((line) => `  ${line}`)].join('\n'), 'tenantscope.yaml');
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

const ROUTE = 'routes: [{ channels: [] }]';

describe('alerts in tenantscope.yaml', () => {
  it('is nothing by default, and takes every channel', () => {
    expect(configSchema.parse({}).alerts).toMatchObject({
      channels: {},
      routes: [],
      every_minutes: 5,
      give_up_hours: 24,
      keep_deliveries_days: 90,
    });
    expect(
      problemsOf(
        'environment: prod',
        'channels:',
        '  on-call: { type: pagerduty, routing_key: env:PAGERDUTY_KEY }',
        '  cluster: { type: alertmanager, urls: [http://am-0:9093, http://am-1:9093], labels: { team: platform } }',
        '  topic: { type: sns, topic_arn: arn:aws:sns:eu-west-1:123456789012:alerts.fifo }',
        '  bus: { type: eventbridge, source: com.example.tenantscope }',
        '  chat: { type: slack, url: file:/run/secrets/slack }',
        '  mail: { type: mail, from: ops@example.com, to: [a@example.com] }',
        '  hook: { type: webhook, url: https://hook.example/x, secrets: [env:NEW, env:OLD] }',
        '  metrics: { type: cloudwatch, named_tenants: [acme] }',
        '  log: { type: stdout }',
        'routes:',
        '  - { severities: [PAGE], services: [DynamoDB], channels: [on-call, cluster], continue: true }',
        '  - { channels: [chat, log] }',
        'heartbeats:',
        '  - { url: arn:aws:secretsmanager:eu-west-1:123456789012:secret:ping-AbCdEf }',
        '  - { cloudwatch: tenantscope, region: eu-west-1 }',
      ),
    ).toEqual([]);
  });

  it('shows no secret that somebody wrote into the file, wherever he wrote it', () => {
    const problems = problemsOf(
      'channels:',
      `  a: { type: pagerduty, routing_key: ${SECRET} }`,
      '  b: { type: pagerduty, routing_key: 123456789 }',
      `  c: { type: slack, url: https://hooks.slack.com/services/${SECRET} }`,
      `  d: { type: webhook, url: https://x.example/, secrets: [whsec_${SECRET}] }`,
      `  e: { type: alertmanager, urls: [http://am:9093], bearer_token: "${SECRET}" }`,
      ROUTE,
      `heartbeats: [{ url: https://hc-ping.com/${SECRET} }]`,
    );
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'tenantscope.yaml:3:40',
      'tenantscope.yaml:4:40',
      'tenantscope.yaml:5:28',
      'tenantscope.yaml:6:60',
      'tenantscope.yaml:7:68',
      'tenantscope.yaml:9:23',
    ]);
    for (const problem of problems) {
      expect(problem).toContain('expected env:NAME, file:PATH or the ARN of a secret or parameter');
      expect(problem).not.toMatch(new RegExp(`${SECRET}|123456789`));
    }
  });

  it('names the nearest key of the channel’s own type, and the types there are', () => {
    expect(problemsOf('channels:', '  a: { type: slack, urll: env:X, url: env:X }', ROUTE)).toEqual([
      'tenantscope.yaml:3:23: expected a known key (did you mean url?), got the unknown key urll',
    ]);
    expect(problemsOf('channels:', '  a: { type: pager }', ROUTE)[0]).toMatch(
      /^tenantscope\.yaml:3:16: .*one of pagerduty, alertmanager, sns, .*, got "pager"$/,
    );
  });

  it('refuses routes that lose something, and channels that are none', () => {
    expect(problemsOf('channels:', '  log: { type: stdout }')[0]).toMatch(/expected a last route without conditions/);
    expect(
      problemsOf('channels:', '  log: { type: stdout }', 'routes:', '  - { severities: [PAGE], channels: [log] }')[0],
    ).toMatch(/^tenantscope\.yaml:5:7: .*expected a last route without conditions/);
    expect(problemsOf('channels:', '  log: { type: stdout }', 'routes:', '  - { channels: [lgo] }')).toEqual([
      'tenantscope.yaml:5:20: alerts.routes.0.channels.0: expected a channel of alerts.channels (log), got lgo',
    ]);
    expect(problemsOf('routes:', '  - { plans: [gold], channels: [] }', '  - { channels: [] }')[0]).toContain(
      'expected a declared plan (none is declared), got gold',
    );
  });

  it('wants a sender for mail, both or neither of user and password, one kind of heartbeat', () => {
    expect(problemsOf('channels:', '  m: { type: mail, to: [a@example.com] }', ROUTE)[0]).toContain(
      'expected from, or mail.from',
    );
    expect(problemsOf('channels:', '  a: { type: alertmanager, urls: [http://am], user: x }', ROUTE)[0]).toContain(
      'expected user and password, both or neither',
    );
    expect(problemsOf('heartbeats: [{ url: env:X, cloudwatch: y }]')[0]).toContain(
      'expected url or cloudwatch, one of them',
    );
    expect(
      problemsOf('channels:', '  w: { type: webhook, url: "https://user:pass@x/", secrets: [env:A] }', ROUTE)[0],
    ).toContain('expected a URL');
  });
});
