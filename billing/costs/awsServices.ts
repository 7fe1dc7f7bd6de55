/**
 * What the bill calls the services that meters measure: product codes of AWS's reports, and names in FOCUS. A service that is
 * not here keeps the bill's name; `allocation.services` in tenantscope.yaml adds to it and comes first.
 */
const OURS: Readonly<Record<string, string>> = {
  AmazonDynamoDB: 'DynamoDB',
  'Amazon DynamoDB': 'DynamoDB',
  AmazonS3: 'S3',
  'Amazon Simple Storage Service': 'S3',
  AWSQueueService: 'SQS',
  'Amazon Simple Queue Service': 'SQS',
  AmazonSNS: 'SNS',
  'Amazon Simple Notification Service': 'SNS',
  AmazonSES: 'SES',
  'Amazon Simple Email Service': 'SES',
  AWSLambda: 'Lambda',
  'AWS Lambda': 'Lambda',
  AWSELB: 'ALB',
  'Elastic Load Balancing': 'ALB',
  AmazonCloudFront: 'CloudFront',
  'Amazon CloudFront': 'CloudFront',
  AmazonCognito: 'Cognito',
  'Amazon Cognito': 'Cognito',
  AmazonEKS: 'EKS',
  'Amazon Elastic Kubernetes Service': 'EKS',
  'Amazon Elastic Container Service for Kubernetes': 'EKS',
};

/** The service a bill's names mean: the first that is mapped, else the first as it is. */
export function serviceOf(
  names: readonly [string, ...string[]],
  mapped: Readonly<Record<string, string>> = {},
): string {
  for (const map of [mapped, OURS]) {
    for (const name of names) if (Object.hasOwn(map, name)) return map[name] ?? name;
  }
  return names[0];
}
