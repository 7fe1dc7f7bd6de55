-- ---
-- name: ingest-lag
-- title: How far behind each tenant's lines are
-- owner: platform
-- description: >
--   Per emitting tenant: the last hour with lines and the last arrival, and over the window's hours how long after
--   the end of an hour its last line arrived (0 when all came within the hour): the median and the greatest. An hour
--   whose last line came long after it ended was not complete until then.
-- scope: platform
-- table: booked_events
-- expected_scan: booked events of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: emitter, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: hours, type: bigint, unit: hours, description: hours with lines }
--   - { name: lines, type: bigint, unit: lines, description: lines counted }
--   - { name: last_event_hour, type: timestamp, unit: UTC hour, description: last hour with lines }
--   - { name: last_arrival, type: timestamp, unit: UTC, description: last arrival of any of them }
--   - { name: median_lag_ms, type: bigint, unit: ms, description: median over the hours; the lower of two }
--   - { name: greatest_lag_ms, type: bigint, unit: ms, description: the worst hour }
-- ---
with by_hour as (
  select emitter, event_hour, max(arrival_through) as arrival_through, cast(sum(events) as bigint) as events
  from booked_events
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by emitter, event_hour
),
lagged as (
  select
    emitter, event_hour, arrival_through, events,
    case
      when date_diff('millisecond', event_hour, arrival_through) <= 3600000 then 0
      else date_diff('millisecond', event_hour, arrival_through) - 3600000
    end as lag_ms
  from by_hour
),
placed as (
  select
    emitter, event_hour, arrival_through, events, lag_ms,
    row_number() over (partition by emitter order by lag_ms, event_hour) as place,
    count(*) over (partition by emitter) as hours
  from lagged
)
select
  emitter,
  count(*) as hours,
  cast(sum(events) as bigint) as lines,
  max(event_hour) as last_event_hour,
  max(arrival_through) as last_arrival,
  cast(max(case when 2 * place >= hours and 2 * (place - 1) < hours then lag_ms end) as bigint) as median_lag_ms,
  cast(max(lag_ms) as bigint) as greatest_lag_ms
from placed
group by emitter
order by greatest_lag_ms desc, emitter
