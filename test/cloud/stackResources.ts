/** A resource as CloudFormation says it made it. */
export interface Made {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly physicalId: string;
}

/** Resources of a deployed stack, asked of the CloudFormation of the environment's endpoint. */
export async function resourcesOf(stack: string): Promise<readonly Made[]> {
  const body = new URLSearchParams({ Action: 'DescribeStackResources', StackName: stack, Version: '2010-05-15' });
  const response = await fetch(process.env.AWS_ENDPOINT_URL ?? '', {
    method: 'POST',
    body,
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cloudformation/aws4_request` },
  });
  const text = await response.text();
  const field = (member: string, name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(member)?.[1] ?? '';
  return [...text.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, member = '']) => ({
    id: field(member, 'LogicalResourceId'),
    type: field(member, 'ResourceType'),
    status: field(member, 'ResourceStatus'),
    physicalId: field(member, 'PhysicalResourceId'),
  }));
}
