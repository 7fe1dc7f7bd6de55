-- ---
-- name: service-by-tenant-matrix
-- title: Who uses which service, at list price
-- owner: platform
-- description: >
--   One row for each tenant and service of a window: usage at list price, so that services can be set against each
--   other. A service without any list price has no value; its usage entries still show who uses it. Meters without a
--   price are left out of the value and counted.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: value_attodollars, type: decimal, unit: 1e-18 USD, description: usage at list price; null when the service has no list price }
--   - { name: service_value_attodollars, type: decimal, unit: 1e-18 USD, description: the same of all tenants }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
--   - { name: meters_left_out, type: bigint, unit: meters, description: meters used that have no list price }
-- ---
with used as (
  select
    tenant_id, service, meter,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by tenant_id, service, meter
),
weighed as (
  select
    u.tenant_id, u.service, u.events,
    u.quantity_micros * cast(p.picodollars_per_unit as decimal(38, 0)) as value_attodollars,
    case when p.picodollars_per_unit is null then 1 else 0 end as left_out
  from used u
  left join list_prices p on p.service = u.service and p.meter = u.meter
),
by_tenant as (
  select
    tenant_id, service,
    cast(sum(value_attodollars) as decimal(38, 0)) as value_attodollars,
    cast(sum(events) as bigint) as events,
    cast(sum(left_out) as bigint) as meters_left_out
  from weighed
  group by tenant_id, service
),
priced as (
  select distinct service from list_prices
)
select
  b.tenant_id, b.service,
  -- A tenant that used only meters without a price used nothing of value; a service without prices has no value at all.
  case when p.service is null then cast(null as decimal(38, 0)) else coalesce(b.value_attodollars, cast(0 as decimal(38, 0))) end as value_attodollars,
  cast(sum(b.value_attodollars) over (partition by b.service) as decimal(38, 0)) as service_value_attodollars,
  b.events, b.meters_left_out
from by_tenant b
left join priced p on p.service = b.service
order by b.tenant_id, b.service
