-- ---
-- name: top-operations
-- title: Which operations used most of a service
-- owner: platform
-- description: >
--   The operations that used most of one shared service in a window, per meter and in its own unit, with the tenants
--   that used each and the tenant that used most of it.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: service, type: service, required: true, description: a shared service such as DynamoDB }
--   - { name: window, type: window, required: true, description: what is counted }
--   - { name: top, type: integer, default: 20, min: 1, max: 1000, description: operations per meter }
-- columns:
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: rank, type: bigint, unit: "", description: 1 is the greatest }
--   - { name: operation, type: varchar, unit: "", description: API operation or route; empty when unknown }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
--   - { name: tenants, type: bigint, unit: tenants, description: tenants that used it }
--   - { name: top_tenant_id, type: varchar, unit: "", description: the tenant that used most of it }
--   - { name: top_tenant_quantity_micros, type: decimal, unit: millionths, description: what that tenant used }
-- ---
with by_tenant as (
  select
    meter, unit, operation, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where service = {{service}}
    and event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by meter, unit, operation, tenant_id
),
placed as (
  select
    meter, unit, operation, tenant_id, quantity_micros, events,
    row_number() over (partition by meter, unit, operation order by quantity_micros desc, tenant_id) as place
  from by_tenant
),
by_operation as (
  select
    meter, unit, operation,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events,
    count(*) as tenants,
    max(case when place = 1 then tenant_id end) as top_tenant_id,
    max(case when place = 1 then quantity_micros end) as top_tenant_quantity_micros
  from placed
  group by meter, unit, operation
),
ranked as (
  select
    meter, unit, operation, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros,
    row_number() over (partition by meter, unit order by quantity_micros desc, operation) as place
  from by_operation
)
select
  meter, unit, place as rank, operation, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros
from ranked
where place <= {{top}}
order by meter, unit, place
