-- ---
-- name: plan-usage
-- title: What each plan uses of a service, and what that is a tenant
-- owner: product
-- description: >
--   Usage of one shared service in a window by the tenants' plan, per meter and in its own unit: how many tenants of the plan
--   used it, what they used together, and what the one that used most used. What is no registered tenant's (_unknown and
--   _shared among it) has the plan "none".
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: service, type: service, required: true, description: a shared service such as DynamoDB }
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: plan, type: varchar, unit: "", description: "the tenants' plan as registered now, or none" }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: tenants, type: bigint, unit: tenants, description: tenants of the plan that used it }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: what they used together }
--   - { name: greatest_micros, type: decimal, unit: millionths, description: what the one that used most used }
-- ---
with by_tenant as (
  select tenant_id, meter, unit, cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros
  from ledger
  where service = {{service}}
    and event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by tenant_id, meter, unit
)
select
  coalesce(t.plan, 'none') as plan, u.meter, u.unit,
  count(*) as tenants,
  cast(sum(u.quantity_micros) as decimal(38, 0)) as quantity_micros,
  max(u.quantity_micros) as greatest_micros
from by_tenant u
left join tenants t on t.tenant_id = u.tenant_id
group by coalesce(t.plan, 'none'), u.meter, u.unit
order by plan, u.meter, u.unit
