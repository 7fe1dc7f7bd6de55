/** What `tenantscope init` writes: a valid configuration, every key explained, examples commented out. */
export const CONFIG_TEMPLATE = `# tenantscope.yaml: the one configuration file. Check it with: tenantscope vet
# An unknown key is an error. Flags and TENANTSCOPE_* environment variables override what stands here.
version: 1

# Folder of the lake (events, quarantine, ledger) in embedded mode.
lake: ./lake

identity:
  # namespace: the namespace in the sidecar's envelope must belong to the tenant it names. Keep this.
  # stamped:   the tenant_id alone is believed. Only for sources whose stamp cannot be set by a tenant.
  trust: namespace
  # Shared namespaces are believed only on this stream, which no tenant's sidecar may write to.
  platform_stream: tenantscope-platform
  # Where lines of shared services and imported files name the tenant; the first key that is there counts.
  tenant_keys: [tenant_id, tenant.id, tenantId, tenant]

# Who the tenants are. Ids: lower-case letters, digits, hyphens. Lines of others land under _unknown.
tenants: []
# - id: acme
#   name: Acme Music
#   plan: pro
#   namespaces: [tenant-acme]
#   resources: { hosts: [acme.example.com], paths: [/t/acme], tables: [acme-*] }   # whose imported lines are
#   billing_account: A-1001
#   expected_share: { DynamoDB: 0.3 }   # contracted share of a service, 0 to 1

# Namespaces of pooled services that work for many tenants; their lines name the consumer.
shared_namespaces: []
# - shared-search

plans: []
# - { id: pro, name: Pro, tier: standard }   # tenants of one tier are compared with each other

# What is counted beside access lines, DynamoDB and other known lines: docs/configuration.md has every key.
meters: []
# - { service: Database, meter: rows, unit: Rows, when: [{ path: msg, equals: query }], quantity: rows }

# What tenants are billed for: an exact decimal in quotes, for so many units of a meter. Versions with dates, tiers, packages,
# plans' own prices: rate_cards, in docs/billing.md.
rate_card:
  id: default
  currency: USD
  prices: []
  # - { service: DynamoDB, meter: read_units, price: "0.30", per: 1000000 }

# List prices weigh the meters of one service when shares are computed. Left out: AWS on-demand prices, us-east-1.
# list_prices:
#   - { service: DynamoDB, meter: read_units, usd: "0.125", per: 1000000, as_of: 2026-11-01 }

# What may be spent in 30 days at list price, by a tenant, on a service, or both. docs/incidents.md says when one burns.
# budgets:
#   - { tenant: acme, service: DynamoDB, usd: "300", owner: the media team }

# Where incidents are told; secrets by reference only. docs/alerting.md has every channel.
# alerts:
#   environment: prod
#   channels:
#     on-call: { type: pagerduty, routing_key: env:PAGERDUTY_KEY }
#     chat: { type: slack, url: env:SLACK_URL }
#   routes: [{ severities: [PAGE], channels: [on-call, chat] }, { channels: [chat] }]

engine:
  memory_mb: 512
  threads: 2
`;
