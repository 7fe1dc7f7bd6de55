import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { Config } from '../../model/index.js';

/** What the detection job needs to tell incidents, and which wildcards of it have which reason. */
export interface ChannelGrants {
  readonly statements: readonly PolicyStatement[];
  /** Reasons by the resource as it stands in a statement. */
  readonly wildcards: Readonly<Record<string, string>>;
}

/**
 * What the channels and heartbeats of tenantscope.yaml take: to publish, to put events, metrics of their namespaces, mail from
 * their senders, and to read their secrets, each by its ARN. A key of your own on a topic or a secret has to let the job in.
 */
export function channelGrants(scope: IConstruct, { alerts, mail }: Config): ChannelGrants {
  const stack = Stack.of(scope);
  const channels = Object.values(alerts.channels);
  const topics = channels.flatMap((one) => (one.type === 'sns' ? [one.topic_arn] : []));
  const buses = channels.flatMap((one) => {
    if (one.type !== 'eventbridge') return [];
    if (one.bus.startsWith('arn:')) return [one.bus];
    const at = one.region === undefined ? {} : { region: one.region };
    return [stack.formatArn({ ...at, service: 'events', resource: 'event-bus', resourceName: one.bus })];
  });
  const namespaces = [
    ...channels.flatMap((one) => (one.type === 'cloudwatch' ? [one.namespace] : [])),
    ...alerts.heartbeats.flatMap(({ cloudwatch }) => (cloudwatch === undefined ? [] : [cloudwatch])),
  ];
  const senders = channels.flatMap((one) => (one.type === 'mail' ? [one.from ?? mail.from ?? ''] : [])).map(addressOf);
  const secrets = secretsOf(alerts);
  const identities = stack.formatArn({ service: 'ses', region: '*', resource: 'identity', resourceName: '*' });
  return {
    statements: [
      ...allow('PublishIncidents', 'sns:Publish', topics),
      ...allow('PutEvents', 'events:PutEvents', buses),
      ...allow('PutMetrics', 'cloudwatch:PutMetricData', namespaces.length === 0 ? [] : ['*'], {
        'cloudwatch:namespace': [...new Set(namespaces)],
      }),
      ...allow('SendMail', 'ses:SendEmail', senders.length === 0 ? [] : [identities], {
        'ses:FromAddress': [...new Set(senders)],
      }),
      ...allow('ReadSecrets', 'secretsmanager:GetSecretValue', ofService(secrets, 'secretsmanager').map(entryOf)),
      ...allow('ReadParameters', 'ssm:GetParameter', ofService(secrets, 'ssm')),
    ],
    wildcards: {
      ...(namespaces.length === 0
        ? {}
        : { '*': 'CloudWatch has no resource for metrics: the condition holds it to the namespaces of its channels' }),
      ...(senders.length === 0
        ? {}
        : {
            'arn:<AWS::Partition>:ses:*:<AWS::AccountId>:identity/*':
              'an address or its domain may be the verified identity: the condition holds it to its senders',
          }),
    },
  };
}

/** References to secrets that only a machine at hand can read: a function has neither your environment nor your files. */
export function unreachableSecrets({ alerts }: Config): readonly string[] {
  return secretsOf(alerts).filter((reference) => !reference.startsWith('arn:'));
}

function secretsOf({ channels, heartbeats }: Config['alerts']): readonly string[] {
  const found = Object.values(channels).flatMap((one): (string | undefined)[] => {
    if (one.type === 'pagerduty') return [one.routing_key];
    if (one.type === 'alertmanager') return [one.bearer_token, one.password];
    if (one.type === 'slack') return [one.url];
    return one.type === 'webhook' ? [...one.secrets] : [];
  });
  const all = [...found, ...heartbeats.map(({ url }) => url)];
  return [...new Set(all.filter((reference) => reference !== undefined))];
}

const ofService = (arns: readonly string[], service: string): readonly string[] =>
  arns.filter((arn) => arn.split(':')[2] === service);

/** Behind the ARN of a secret may stand a key of it and a version, which IAM does not know. */
const entryOf = (arn: string): string => arn.split(':').slice(0, 7).join(':');

/** The address in `Name <address>`. */
const addressOf = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from;

function allow(
  sid: string,
  action: string,
  resources: readonly string[],
  equals?: Readonly<Record<string, readonly string[]>>,
): readonly PolicyStatement[] {
  if (resources.length === 0) return [];
  const conditions = equals === undefined ? {} : { conditions: { StringEquals: equals } };
  return [new PolicyStatement({ sid, actions: [action], resources: [...new Set(resources)], ...conditions })];
}
