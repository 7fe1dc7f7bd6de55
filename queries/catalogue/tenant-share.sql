-- ---
-- name: tenant-share
-- title: Share of a service per tenant
-- owner: platform
-- description: >
--   How much of one shared service each tenant used in a window, its meters weighed by list price, against the window of
--   equal length before. Amounts are 1e-18 USD at list price. A service without list prices is counted in millionths of
--   its meters' units, which is only fair for services with one meter.
-- table: ledger
-- expected_scan: ledger rows of two windows
-- params:
--   - { name: service, type: service, required: true, description: a shared service such as DynamoDB }
--   - { name: window, type: window, required: true, description: what is judged }
--   - { name: top, type: integer, default: 50, min: 1, max: 100000, description: rows to show }
-- columns:
--   - { name: rank, type: bigint, unit: "", description: 1 is the greatest }
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: amount, type: decimal, unit: 1e-18 USD, description: usage at list price }
--   - { name: total, type: decimal, unit: 1e-18 USD, description: the whole service }
--   - { name: amount_before, type: decimal, unit: 1e-18 USD, description: the same in the window before }
--   - { name: total_before, type: decimal, unit: 1e-18 USD, description: the whole service in the window before }
-- derive: share
-- ---
with priced as (
  select
    l.tenant_id,
    l.event_hour,
    cast(l.quantity_micros as decimal(38, 0)) * cast(coalesce(p.picodollars_per_unit, case when s.priced = 0 then 1 else 0 end) as decimal(38, 0)) as amount
  from ledger l
  left join list_prices p on p.service = l.service and p.meter = l.meter
  cross join (select count(*) as priced from list_prices where service = {{service}}) s
  where l.service = {{service}}
    and l.event_hour >= {{window.before}} and l.event_hour < {{window.end}}
),
by_tenant as (
  select
    tenant_id,
    cast(coalesce(sum(case when event_hour >= {{window.start}} then amount end), 0) as decimal(38, 0)) as amount,
    cast(coalesce(sum(case when event_hour < {{window.start}} then amount end), 0) as decimal(38, 0)) as amount_before
  from priced
  group by tenant_id
)
select
  row_number() over (order by b.amount desc, b.tenant_id) as rank,
  b.tenant_id,
  b.amount,
  cast(sum(b.amount) over () as decimal(38, 0)) as total,
  b.amount_before,
  cast(sum(b.amount_before) over () as decimal(38, 0)) as total_before
from by_tenant b
order by b.amount desc, b.tenant_id
