import type { Config } from '../../model/index.js';
import { type JobContext, variable } from './jobContext.js';

/**
 * Where the deployed detection job keeps incidents and tells them: as tenantscope.yaml says; where it says nothing, in the table
 * and on the topic that the stack made.
 */
export function deployedAlerts(config: Config, context: JobContext): Config {
  const { detection, alerts } = config;
  const state = detection.state ?? variable(context, 'TENANTSCOPE_ALERTS');
  const told = Object.keys(alerts.channels).length > 0 || alerts.routes.length > 0;
  if (told) return { ...config, detection: { ...detection, state } };
  const topic_arn = variable(context, 'TENANTSCOPE_ALERTS_TOPIC');
  return {
    ...config,
    detection: { ...detection, state },
    alerts: {
      ...alerts,
      channels: { 'on-call': { type: 'sns', topic_arn } },
      routes: [{ channels: ['on-call'], continue: false }],
    },
  };
}
