-- ---
-- name: tenant-share
-- title: Share of a service per tenant
-- owner: platform
-- description: >
--   How much of one shared service each tenant used in a window, against the window of equal length before. A service's
--   meters are weighed by list price; meters without one do not count, and a warning says how many. A service without any
--   list price is measured by its first meter by name alone: units of different meters are never added. With weigh=meter
--   every meter is ranked on its own, prices aside.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of two windows
-- params:
--   - { name: service, type: service, required: true, description: a shared service such as DynamoDB }
--   - { name: window, type: window, required: true, description: what is judged }
--   - { name: weigh, type: enum, values: [price, meter], default: price, description: all meters by list price or each meter on its own }
--   - { name: top, type: integer, default: 50, min: 1, max: 100000, description: rows to show of each basis }
-- columns:
--   - { name: rank, type: bigint, unit: "", description: 1 is the greatest of its basis }
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: amount, type: decimal, unit: see basis, description: usage; 1e-18 USD at list price or millionths of the meter }
--   - { name: total, type: decimal, unit: see basis, description: all tenants together }
--   - { name: amount_before, type: decimal, unit: see basis, description: the same in the window before }
--   - { name: total_before, type: decimal, unit: see basis, description: all tenants together in the window before }
--   - { name: basis, type: varchar, unit: "", description: USD or the meter that is counted }
--   - { name: meters_left_out, type: bigint, unit: meters, description: meters used that do not count }
-- derive: share
-- ---
with used as (
  select tenant_id, meter, event_hour, quantity_micros
  from ledger
  where service = {{service}}
    and event_hour >= {{window.before}} and event_hour < {{window.end}}
),
prices as (
  select meter, picodollars_per_unit from list_prices where service = {{service}}
),
facts as (
  select
    min(u.meter) as first_meter,
    (select count(*) from prices) as priced,
    count(distinct u.meter) as meters,
    count(distinct p.meter) as meters_priced
  from used u
  left join prices p on p.meter = u.meter
),
weighed as (
  select
    u.tenant_id,
    u.event_hour,
    case
      when {{weigh}} = 'meter' then u.meter
      when f.priced > 0 then 'USD'
      else f.first_meter
    end as basis,
    cast(u.quantity_micros as decimal(38, 0)) * cast(case
      when {{weigh}} = 'meter' then 1
      when f.priced > 0 then coalesce(p.picodollars_per_unit, 0)
      when u.meter = f.first_meter then 1
      else 0
    end as decimal(38, 0)) as amount
  from used u
  left join prices p on p.meter = u.meter
  cross join facts f
),
by_tenant as (
  select
    basis,
    tenant_id,
    cast(coalesce(sum(case when event_hour >= {{window.start}} then amount end), 0) as decimal(38, 0)) as amount,
    cast(coalesce(sum(case when event_hour < {{window.start}} then amount end), 0) as decimal(38, 0)) as amount_before
  from weighed
  group by basis, tenant_id
)
select
  row_number() over (partition by b.basis order by b.amount desc, b.tenant_id) as rank,
  b.tenant_id,
  b.amount,
  cast(sum(b.amount) over (partition by b.basis) as decimal(38, 0)) as total,
  b.amount_before,
  cast(sum(b.amount_before) over (partition by b.basis) as decimal(38, 0)) as total_before,
  b.basis,
  case
    when {{weigh}} = 'meter' then 0
    when f.priced > 0 then f.meters - f.meters_priced
    else f.meters - 1
  end as meters_left_out
from by_tenant b
cross join facts f
order by b.basis, b.amount desc, b.tenant_id
