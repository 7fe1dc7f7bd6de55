-- ---
-- name: late-data
-- title: Lines that arrived on a later day
-- owner: platform
-- description: >
--   Per emitting tenant, UTC day of the lines and day of arrival: lines that came at least so many days after the
--   day they belong to. What came after a day was billed changes its figures.
-- scope: platform
-- table: booked_events
-- expected_scan: booked events of the window
-- look_back: 7d
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
--   - { name: min_days, type: integer, default: 1, min: 1, max: 400, description: days between the day of the lines and their arrival }
-- columns:
--   - { name: emitter, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: day, type: varchar, unit: UTC day, description: day of the lines }
--   - { name: arrived, type: varchar, unit: UTC day, description: day they arrived }
--   - { name: days_late, type: bigint, unit: days, description: days between }
--   - { name: counted, type: bigint, unit: lines, description: lines counted }
--   - { name: duplicates, type: bigint, unit: lines, description: lines left out }
-- ---
with by_day as (
  select
    emitter, cast(event_hour as date) as event_day, dt,
    cast(sum(events) as bigint) as counted,
    cast(sum(duplicates) as bigint) as duplicates
  from booked_events
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by emitter, cast(event_hour as date), dt
)
select
  emitter, substr(cast(event_day as varchar), 1, 10) as day, dt as arrived,
  date_diff('day', event_day, cast(dt as date)) as days_late,
  counted, duplicates
from by_day
where date_diff('day', event_day, cast(dt as date)) >= {{min_days}}
order by date_diff('day', event_day, cast(dt as date)) desc, emitter, event_day, dt
