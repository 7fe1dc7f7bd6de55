/** What can be done about one tenant's load on a service, the quickest first. */
export interface Mitigation {
  /** Holds it down now, without touching other tenants. */
  readonly limit: string;
  /** Makes room for all, where the platform is the bottleneck. */
  readonly room: string;
}

/** The runbook by service: what each can be limited by, as of 2026-11. Services that are not named have {@link ANY_SERVICE}'s. */
export const MITIGATIONS: Readonly<Record<string, Mitigation>> = {
  DynamoDB: {
    limit:
      "cap the maximum on-demand throughput of the tenant's tables, or throttle the routes behind the operations that grew",
    room: 'raise the provisioned or maximum throughput of the tables, or the account quota of table throughput',
  },
  S3: {
    limit: "limit the tenant's request rate in the application; spread its keys over more prefixes",
    room: 'spread keys over more prefixes: S3 scales by prefix',
  },
  SQS: {
    limit: "limit the tenant's senders, or move its messages to a queue of its own",
    room: 'add consumers, and look at the age of the oldest message',
  },
  SNS: {
    limit: "limit the tenant's publishers, or give it a topic of its own",
    room: 'ask for a higher publish quota',
  },
  SES: {
    limit: "pause the tenant's campaign, or give it a sending quota of its own in the application",
    room: 'ask for a higher sending quota, and look at bounces first',
  },
  Lambda: {
    limit: "set reserved concurrency on the function the tenant's calls run in, or queue its calls",
    room: 'raise reserved or account concurrency',
  },
  Ingress: {
    limit: "limit the request rate of the tenant's hosts or routes at the ingress or in AWS WAF",
    room: 'scale the ingress and what is behind it',
  },
  ALB: {
    limit: "limit the request rate of the tenant's hosts or paths in AWS WAF, or weigh its target group down",
    room: 'scale the targets; a load balancer itself scales within minutes',
  },
  CloudFront: {
    limit: "limit the request rate of the tenant's hosts in AWS WAF, and look at its cache hit rate",
    room: 'raise the cache hit rate; ask for a higher request quota',
  },
  Cognito: {
    limit: 'look for a client of the tenant that signs in again and again; limit it in AWS WAF',
    room: 'ask for a higher request quota of the user pool',
  },
  EKS: {
    limit: "set CPU and memory limits on the tenant's pods, or a ResourceQuota on its namespace",
    room: 'scale the node group; look for pods that wait to be scheduled',
  },
  Pipeline: {
    limit: "lower the log level of the tenant's pods, or limit its sidecar's lines (plans[].ingest)",
    room: 'raise the shards of the stream, or place tenants in another cell',
  },
};

/** What holds for any other service. */
export const ANY_SERVICE: Mitigation = {
  limit: "limit the tenant's use of this service in the application",
  room: "raise the service's capacity or quota",
};
