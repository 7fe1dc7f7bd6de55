/**
 * What each nested key of tenantscope.yaml means, with its unit and an example: docs/configuration.md tells the groups, this the members.
 * Apart from the schema, which the transform carries with it: a Lambda's bundle has no room for prose. A test wants one for every key
 * the schema has and docs/configuration.md has no row for, and none besides. Keys of a rate card stand below `card`, as
 * {@link nestedKey} has them.
 */
export const NESTED_MEANINGS: Readonly<Record<string, string>> = {
  'tenants[].id': 'lower-case letters, digits and hyphens, at most 63; part of paths and never changed: `acme`',
  'tenants[].name': 'for people: `Acme Music`; the `id` when absent',
  'tenants[].plan': 'id of a plan: `pro`',
  'tenants[].namespaces': 'Kubernetes namespaces that are this tenant’s alone, what proves its lines: `[tenant-acme]`',
  'tenants[].resources.tables': 'DynamoDB tables, each a name or a pattern with one `*`: `["acme-*"]`',
  'tenants[].resources.bucket_prefixes': '`bucket` or `bucket/prefix` of S3, with all below it: `[media/acme]`',
  'tenants[].resources.queues': 'names of SQS queues: `["acme-*"]`',
  'tenants[].resources.topics': 'names of SNS topics: `["acme-*"]`',
  'tenants[].resources.functions': 'names of Lambda functions: `["acme-*"]`',
  'tenants[].resources.user_pools': 'ids of Cognito user pools: `["eu-central-1_AbCdEf"]`',
  'tenants[].resources.load_balancers': 'names of load balancers: `["acme-alb"]`',
  'tenants[].resources.log_groups': 'CloudWatch log groups: `["/aws/lambda/acme-*"]`',
  'tenants[].resources.hosts': 'host names of requests: `[acme.example.com]`',
  'tenants[].resources.paths': 'paths of requests, with all below them: `[/t/acme]`',
  'tenants[].cell': 'the stream, delivery and transform its lines go through: `default`',
  'tenants[].moving_from': 'the cell it is being moved from; written by `tenant move`',
  'tenants[].owner': 'who answers for it: `ops@acme.example`; a mail address is welcomed',
  'tenants[].billing_account': 'the account invoices go to: `A-1`; the `id` when absent',
  'tenants[].expected_share':
    'share it is known to take, 0 to 1, by service: `{ DynamoDB: 0.3 }`; there it is its own measure, not its peers',
  'tenants[].status': '`active`, `suspended` (measured and billed all the same) or `offboarded` (kept in all totals)',
  'tenants[].effective_from': 'first UTC day that fixed amounts are billed for: `2026-11-01`',
  'tenants[].effective_until': 'first UTC day it is no tenant any more: `2027-01-01`',
  'tenants[].retention_days': 'days its events are kept; before the plan’s and `retention.days`',
  'plans[].id': 'how tenants and rate cards name it: `pro`',
  'plans[].name': 'for people: `Professional`',
  'plans[].tier': 'tenants of one tier are compared with each other where they are enough: `enterprise`',
  'plans[].ingest_limits.lines_per_second': 'lines a second of one pod, held to at its sidecar: `500`',
  'plans[].ingest_limits.bytes_per_day': 'bytes a UTC day of one pod, held to at its sidecar: `1073741824`',
  'plans[].retention_days': 'days events of its tenants are kept; before `retention.days`',
  'meter_sources.DynamoDB':
    '`lines`: what applications print; `cloudwatch`: imported metrics of tables that are one tenant’s',
  'meter_sources.S3': '`lines`: what applications print; `access_logs`: imported server access logs',
  'meter_sources.EKS': '`kubelet`: samples of the kubelet; `container_insights`: its performance events',
  'redaction.custom[].name': 'what it is counted under: `order-number`',
  'redaction.custom[].pattern': 'RE2 pattern, linear time, no look-around: `ORD-[0-9]{8}`',
  'meters[].description': 'for people, in the references of what is metered',
  'meters[].when[].path':
    'keys joined with dots: `search.hits`; of other formats than JSON OpenTelemetry’s names: `http.route`',
  'meters[].when[].exists': '`true`: the path is there; `false`: it is not',
  'meters[].when[].equals': 'exactly this value: `"upload"`',
  'meters[].when[].in': 'one of these values: `[GET, HEAD]`',
  'meters[].when[].starts_with': 'a text that begins so: `/api/`',
  'meters[].when[].gt': 'a number greater than this',
  'meters[].when[].gte': 'a number of at least this',
  'meters[].when[].lt': 'a number less than this',
  'meters[].when[].lte': 'a number of at most this',
  'detection.maintenance[].service': 'of this service alone: `DynamoDB`; of all when absent',
  'detection.maintenance[].start': 'from then on, UTC: `2026-11-24T22:00Z`',
  'detection.maintenance[].end': 'until then, not included, UTC: `2026-11-25T02:00Z`',
  'detection.maintenance[].reason': 'why, for whoever reads the incident: `TS-40 migration`',
  'list_prices[].service': 'a metered service: `DynamoDB`',
  'list_prices[].meter': 'a meter of it: `read_units`',
  'list_prices[].usd': 'US dollars for `per` units, exact decimal in quotes: `"0.125"`',
  'list_prices[].per': 'units the price is for: `1000000`',
  'list_prices[].as_of': 'UTC day the price was looked up: `2026-11-01`',
  'quotas[].name': 'how reports call it: `table-write-units`',
  'quotas[].service': 'the metered service it is of: `DynamoDB`',
  'quotas[].meter': 'the meter that uses it up: `write_units`',
  'quotas[].per': 'the span it is for; one of `second` is held against the average of an hour',
  'quotas[].limit': 'whole units of the meter in that span: `40000`',
  'quotas[].as_of': 'UTC day the limit was looked up: `2026-11-01`',
  'card.id': 'unique; part of every `SkuPriceId`: `"2026-11"`',
  'card.effective_from': 'first UTC day it holds on: `2026-11-01`; required in `rate_cards`',
  'card.effective_until': 'first UTC day it no longer holds on; the next version’s first day when absent',
  'card.currency': 'ISO 4217: `USD`; amounts are rounded to its minor unit',
  'card.rounding': 'of an invoice line; `half-up`: a half goes away from zero',
  'card.minimum': 'least a tenant is charged a month, in the currency, exact decimal in quotes: `"100"`',
  'card.maximum': 'most a tenant is charged a month, in the currency, exact decimal in quotes: `"5000"`',
  'card.prices': 'what is charged for, by the keys below',
  'card.prices[].id': 'unique in the card: `reads`; `service.meter` when absent; a flat price needs one',
  'card.prices[].model': 'how a month’s quantity becomes an amount; see [billing.md](../billing.md)',
  'card.prices[].service': 'a metered service: `DynamoDB`; of a flat price the service it is listed under',
  'card.prices[].meter': 'a meter of it: `read_units`; none of a flat price',
  'card.prices[].price':
    'of `flat`, `per_unit` and `package`: in the currency, exact decimal in quotes, at most 12 decimals: `"0.25"`',
  'card.prices[].per': 'units the price is for, `1` when absent: `1000000`; divides the price, or is a power of ten',
  'card.prices[].tiers': 'of `graduated` and `volume`, ascending, the last without `up_to`',
  'card.prices[].tiers[].up_to': 'units of the month it reaches to, included: `1000000`; none in the last',
  'card.prices[].tiers[].price': 'in the currency for `per` units, exact decimal in quotes: `"0.20"`',
  'card.prices[].tiers[].flat':
    'in the currency, beside the price, of a tier that is entered (`graduated`) or reached (`volume`): `"5"`',
  'card.prices[].size': 'of `package`: units in one: `1000`',
  'card.prices[].percent': 'of `percentage`: of a meter whose unit is the currency: `"2.5"`',
  'card.prices[].included': 'units a month free of charge, before the model sees any: `100000`',
  'card.prices[].minimum': 'least that is charged a month for this price, in the currency: `"10"`',
  'card.prices[].maximum': 'most that is charged a month for this price, in the currency: `"500"`',
  'card.prices[].prorate':
    '`true`: a flat amount and included units shrink with the part of the month; `false`: whole, once a month',
  'card.override.minimum': 'instead of the card’s, in the currency: `"50"`',
  'card.override.maximum': 'instead of the card’s, in the currency: `"2500"`',
  'card.override.prices': 'a price of the same `id` replaces the card’s, others are added',
  'card.override.remove': 'ids of prices that do not hold for it: `[DynamoDB.read_units]`',
  'allocation.cost': 'which of the bill’s costs is split; `--cost` goes before it',
  'allocation.services': 'what services of the bill are called here, beside the built-in names: `{ AmazonEC2: EKS }`',
  'allocation.policies':
    'how charges are split, by service and category, then service, then category; in proportion without one',
  'allocation.policies[].service':
    'the service as it is called here, else as the bill calls it: `EKS`; every one when absent',
  'allocation.policies[].category': 'only charges of this kind, in FOCUS’s words; every kind when absent',
  'allocation.policies[].policy':
    '`proportional` to use, `even`, `weighted` by `weights`, or `none`: a row of `_shared`',
  'allocation.policies[].by.service': 'the service of the one meter that measures the share: `EKS`',
  'allocation.policies[].by.meter':
    'that meter: `vcpu_seconds`; without `by` all meters of the service, weighed by list price',
  'allocation.policies[].weights': 'of `weighted`: by tenant, exact decimals in quotes: `{ acme: "2", globex: "1" }`',
  'allocation.policies[].idle':
    'paid capacity that nobody used: `row` of `_idle`, or `spread` over those who used some',
  'allocation.shared': 'tenants that work for the others: what falls to them is passed on: `[platform]`',
  'allocation.pass_on': 'by what the others cost without idle capacity, the same to each, or not: a row of `_shared`',
  'billing.provider': 'who provides the services and issues the invoices: `Example Inc.`; a close needs it',
  'billing.host': 'whose cloud they run on',
  'billing.export_name': 'folder of the exports below `--out`',
  'billing.payment_terms': 'on every invoice: `Net 30`',
  'billing.services': 'FOCUS’s `ServiceSubcategory` by service: `{ DynamoDB: NoSQL Databases }`',
  'billing.signing_key':
    'Ed25519 private key (PEM): `env:BILLING_KEY`, or the path of a file; `--signing-key` goes before it',
  'report_schedules[].deliver[].folder': 'a folder of this machine: `./reports-out`',
  'report_schedules[].deliver[].s3': '`s3://bucket/prefix/`, with credentials of AWS’s own chain',
  'report_schedules[].deliver[].mail': 'addresses, by SES, from `mail.from`: `[finance@example.com]`',
  'alerts.channels.<name>.type': 'what it is; a key below is of the kinds its meaning names, and required of those',
  'alerts.channels.<name>.routing_key':
    '`pagerduty`: the integration key of a service (Events API v2): `env:PAGERDUTY_KEY`',
  'alerts.channels.<name>.url':
    '`slack`: the incoming webhook, a secret: `env:SLACK_URL`; `webhook`: where to; `pagerduty`: its events API',
  'alerts.channels.<name>.urls': '`alertmanager`: every instance of the cluster: `["http://alertmanager:9093"]`',
  'alerts.channels.<name>.bearer_token': '`alertmanager`: sent with every call: `env:TOKEN`',
  'alerts.channels.<name>.user': '`alertmanager`: of basic authentication, with `password`',
  'alerts.channels.<name>.password': '`alertmanager`: of `user`: `env:PASSWORD`',
  'alerts.channels.<name>.labels': '`alertmanager`: labels of every alert: `{ team: platform }`',
  'alerts.channels.<name>.topic_arn': '`sns`: the topic: `arn:aws:sns:eu-central-1:111122223333:alerts`',
  'alerts.channels.<name>.bus': '`eventbridge`: name or ARN of the bus',
  'alerts.channels.<name>.source': '`eventbridge`: source of every event',
  'alerts.channels.<name>.region':
    '`eventbridge`, `mail`, `cloudwatch`: AWS region; that of the environment when absent: `eu-central-1`',
  'alerts.channels.<name>.to': '`mail`: addresses: `[oncall@example.com]`',
  'alerts.channels.<name>.from': '`mail`: sender, verified in SES; `mail.from` when absent',
  'alerts.channels.<name>.secrets':
    '`webhook`: keys of the signatures, more than one while one takes over: `[env:HOOK_KEY]`',
  'alerts.channels.<name>.allow_private':
    '`webhook`: `true`: the address may be a private one, such as a service of the cluster',
  'alerts.channels.<name>.namespace': '`cloudwatch`: namespace of the metrics',
  'alerts.channels.<name>.top_tenants':
    '`cloudwatch`: so many largest shares of a service are metrics, by rank and not by name',
  'alerts.channels.<name>.named_tenants':
    '`cloudwatch`: tenants whose shares are metrics by their name, always: `[acme]`',
  'alerts.channels.<name>.format': '`stdout`: a line of JSON each, or text',
  'alerts.routes[].severities': 'only of these; of every one when absent: `[PAGE]`',
  'alerts.routes[].services': 'only about these; about every one when absent: `[DynamoDB]`',
  'alerts.routes[].plans': 'only about tenants of these plans; what is about no tenant has none: `[pro]`',
  'alerts.routes[].kinds': 'only of these kinds of incident; `more`: the summary of what pages_per_hour held back',
  'alerts.routes[].channels': 'names of channels; empty: told nowhere: `[on-call]`',
  'alerts.routes[].continue': '`true`: the routes below are asked as well',
  'alerts.heartbeats[].url': 'asked after every run that went through; a secret: `env:HEALTHCHECK_URL`',
  'alerts.heartbeats[].cloudwatch':
    'namespace of the metric `DetectionRuns`, on whose absence an alarm alerts: `tenantscope`',
  'alerts.heartbeats[].region': 'with `cloudwatch`: AWS region; that of the environment when absent',
  'alerts.pictures.to': 'a folder that something serves, or `s3://bucket/prefix`',
  'alerts.pictures.url':
    'address under which what is put there can be had; required of a folder: `https://pictures.example.com`',
  'alerts.pictures.link_days': 'days a link into a bucket without `url` holds',
  'engine.athena.database': 'Glue database of the lake: `tenantscope`',
  'engine.athena.workgroup': 'workgroup of Athena that answers',
  'engine.athena.output': 'where results go when the workgroup does not say: `s3://bucket/prefix/`',
  'engine.athena.region': 'AWS region; that of the environment when absent: `eu-central-1`',
  'engine.athena.reuse_minutes': 'minutes a result of the same text is used again and costs nothing; `0`: never',
  'engine.athena.deadline_minutes': 'minutes after which a statement is stopped',
};

/** The name under which the meaning of a key stands: versions of a rate card, its plans and its tenants have the same keys. */
export function nestedKey(key: string): string {
  return key
    .replace(/^rate_cards?(?:\[\])?\./, 'card.')
    .replace(/^card\.(?:plans|tenants)\.<name>\.prices\[\]\./, 'card.prices[].')
    .replace(/^card\.(?:plans|tenants)\.<name>\./, 'card.override.');
}
