import { describe, expect, it } from 'vitest';
import { deployedAlerts } from '../../../cli/jobs/deployedAlerts.js';
import { handlerOf, type JobContext, variable } from '../../../cli/jobs/jobContext.js';
import { readStart } from '../../../cli/jobs/scheduledTime.js';
import { configSchema, parseConfigOrThrow } from '../../../model/index.js';
import { fakeContext } from '../fakeContext.js';

const contextOf = (env: Record<string, string>): JobContext => ({ ...fakeContext({ env }), endsAt: 900_000 });

describe('what starts a job', () => {
  const at = '2026-11-27T10:05:00Z';
  it.each([
    ['its schedule', { scheduled_at: at }, Date.parse(at)],
    [
      'the job before it',
      { version: '1.0', requestPayload: { scheduled_at: at }, responsePayload: {} },
      Date.parse(at),
    ],
    ['somebody', {}, undefined],
    ['somebody without an event', undefined, undefined],
  ])('%s', (_, event, scheduledAt) => {
    expect(readStart(event).scheduledAt).toBe(scheduledAt);
  });
  it.each([{ scheduled_at: '<aws.scheduler.scheduled-time>' }, { scheduled_at: 5 }, 'now'])(
    'is refused when it is %j',
    (event) => {
      expect(() => readStart(event)).toThrow(/cannot be read/);
    },
  );
});

describe('where the deployed detection job tells incidents', () => {
  const topic = 'arn:aws:sns:eu-central-1:111122223333:tenantscope-alarms';
  const context = contextOf({ TENANTSCOPE_ALERTS: 'dynamodb://tenantscope-alerts', TENANTSCOPE_ALERTS_TOPIC: topic });
  it('is the table and the topic of the stack where tenantscope.yaml says nothing', () => {
    const { detection, alerts } = deployedAlerts(configSchema.parse({}), context);
    expect(detection.state).toBe('dynamodb://tenantscope-alerts');
    expect(alerts.channels).toEqual({ 'on-call': { type: 'sns', topic_arn: topic } });
    // The same as if it stood in the file.
    expect(
      configSchema.parse({ alerts: { channels: alerts.channels, routes: [{ channels: ['on-call'] }] } }).alerts,
    ).toEqual(alerts);
  });
  it('is what tenantscope.yaml says, also when it says nowhere', () => {
    const own = parseConfigOrThrow(
      'detection: { state: dynamodb://own }\nalerts: { routes: [{ channels: [] }] }\n',
      'tenantscope.yaml',
    );
    expect(deployedAlerts(own, context)).toEqual(own);
  });
});

it('a variable that the stack did not set is named', () => {
  expect(() => variable(contextOf({ TENANTSCOPE_STATE: '' }), 'TENANTSCOPE_STATE')).toThrow(/TENANTSCOPE_STATE/);
});

it('a job hears that its time is nearly over', async () => {
  const run = handlerOf(async (_, { signal, endsAt, clock }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { reason: (signal.reason as Error).message, left: endsAt - clock() };
  });
  const { reason, left } = await run({}, { getRemainingTimeInMillis: () => 60_020 });
  expect(reason).toContain('the next run goes on');
  expect(left).toBeLessThanOrEqual(60_020);
});
