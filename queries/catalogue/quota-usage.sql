-- ---
-- name: quota-usage
-- title: How much of each shared limit is used, and by whom
-- owner: platform
-- description: >
--   Per quota of tenantscope.yaml the busiest period of the window (an hour for limits per second), what each tenant used in
--   it, and all of them. Days until the limit follow the straight line through each day's busiest period (least squares); it
--   says "no growth" when that falls or stays, and nothing is projected for limits per month.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- look_back: 7d
-- params:
--   - { name: window, type: window, required: true, description: what is looked at }
-- columns:
--   - { name: quota, type: varchar, unit: "", description: name of the quota }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what is counted }
--   - { name: per, type: varchar, unit: "", description: "second, hour, day or month" }
--   - { name: peak_at, type: timestamp, unit: UTC, description: when the busiest period began }
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: used_micros, type: decimal, unit: millionths, description: what it used in that period }
--   - { name: total_micros, type: decimal, unit: millionths, description: what all used in it }
--   - { name: limit_micros, type: decimal, unit: millionths, description: the limit of such a period }
--   - { name: days, type: bigint, unit: days, description: days with use; none for limits per month }
--   - { name: sum_x, type: bigint, unit: "", description: sum of the days' numbers }
--   - { name: sum_xx, type: bigint, unit: "", description: sum of their squares }
--   - { name: sum_y_micros, type: decimal, unit: "", description: sum of the days' busiest periods }
--   - { name: sum_xy_micros, type: decimal, unit: "", description: sum of their products }
--   - { name: last_x, type: bigint, unit: "", description: number of the last day }
-- derive: quota
-- ---
with used as (
  select
    q.name, l.tenant_id,
    case q.grain
      when 'hour' then l.event_hour
      when 'day' then date_trunc('day', l.event_hour)
      else date_trunc('month', l.event_hour)
    end as period,
    cast(sum(l.quantity_micros) as decimal(38, 0)) as used_micros
  from ledger l
  join quotas q on q.service = l.service and q.meter = l.meter
  where l.event_hour >= {{window.start}} and l.event_hour < {{window.end}}
  group by
    q.name, l.tenant_id,
    case q.grain
      when 'hour' then l.event_hour
      when 'day' then date_trunc('day', l.event_hour)
      else date_trunc('month', l.event_hour)
    end
),
totals as (
  select
    name, period, cast(sum(used_micros) as decimal(38, 0)) as total_micros,
    row_number() over (partition by name order by cast(sum(used_micros) as decimal(38, 0)) desc, period) as place
  from used
  group by name, period
),
daily as (
  select
    name, date_diff('day', date_trunc('day', {{window.start}}), date_trunc('day', period)) as x, max(total_micros) as y_micros
  from totals
  group by name, date_diff('day', date_trunc('day', {{window.start}}), date_trunc('day', period))
),
trend as (
  select
    name, count(*) as days, cast(sum(x) as bigint) as sum_x, cast(sum(x * x) as bigint) as sum_xx,
    cast(sum(y_micros) as decimal(38, 0)) as sum_y_micros,
    cast(sum(y_micros * cast(x as decimal(38, 0))) as decimal(38, 0)) as sum_xy_micros,
    max(x) as last_x
  from daily
  group by name
)
select
  q.name as quota, q.service, q.meter, q.per, t.period as peak_at, u.tenant_id, u.used_micros, t.total_micros, q.limit_micros,
  case when q.grain = 'month' then 0 else d.days end as days,
  d.sum_x, d.sum_xx, d.sum_y_micros, d.sum_xy_micros, d.last_x
from quotas q
join totals t on t.name = q.name and t.place = 1
join used u on u.name = t.name and u.period = t.period
join trend d on d.name = q.name
order by q.name, u.used_micros desc, u.tenant_id, t.period
