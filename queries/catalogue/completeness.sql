-- ---
-- name: completeness
-- title: Can the numbers of this window be trusted
-- owner: platform
-- description: >
--   Per emitting tenant and hour whether its lines are all there: complete (every agent heard around the hour was heard
--   throughout it, and no more lines were sent than were booked), incomplete with the reason, open (may still become
--   either), declared (lines without an agent: imported files are as complete as whoever imported them says), idle (agents
--   of the tenant were heard before, and no pod ran as far as they tell). docs/how-it-works.md says how it is judged.
-- scope: platform
-- table: booked_heartbeats
-- expected_scan: booked heartbeats and sources from a week before the window to a week after it
-- params:
--   - { name: window, type: window, required: true, description: what is judged; at most 100 days }
--   - { name: show, type: enum, values: [all, doubtful], default: all, description: doubtful shows what is incomplete or open only }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: hour, type: timestamp, unit: UTC hour, description: the hour judged }
--   - { name: state, type: varchar, unit: "", description: "complete, incomplete, open, declared or idle" }
--   - { name: agents, type: bigint, unit: agents, description: agents heard in the hour (one a pod and container) }
--   - { name: lines_sent, type: bigint, unit: lines, description: lines their agents sent }
--   - { name: lines_missing, type: bigint, unit: lines, description: lines of these that are not booked }
--   - { name: lines_declared, type: bigint, unit: lines, description: lines booked of sources without an agent }
--   - { name: silent_pods, type: bigint, unit: pods, description: pods that ran and were not heard }
--   - { name: silent_pod, type: varchar, unit: "", description: the one that was silent for longest }
--   - { name: silent_from, type: bigint, unit: minute of the hour, description: from when }
--   - { name: silent_minutes, type: bigint, unit: minutes, description: for how long within the hour }
--   - { name: waiting_pods, type: bigint, unit: pods, description: pods still sending that were not yet heard to the end of the hour }
--   - { name: waiting_pod, type: varchar, unit: "", description: the one heard least far }
--   - { name: heard_through, type: timestamp, unit: UTC, description: how far it was heard }
--   - { name: uncounted_pods, type: bigint, unit: pods, description: pods whose last count of the hour did not arrive }
--   - { name: unbooked_objects, type: bigint, unit: objects, description: objects of the tenant that were delivered and are not booked }
-- derive: completeness
-- ---
with hours as (
  select h.hour from unnest(array[{{window.hours}}]) as h (hour)
),
beats as (
  select
    tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container, started, coalesce(pod, '') as pod,
    event_hour, minutes_heard, silent_minutes, silent_from, first_heard, last_heard, arrival_through,
    coalesce(hour_lines_read - hour_lines_held_back, 0) as sent
  from booked_heartbeats
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
),
-- A source, as far as its agents were heard: within the window, and in the week on either side.
heard as (
  select
    p.tenant_id, p.pod_uid, p.container, max(p.pod) as pod, min(p.first_heard) as first_heard, max(p.last_heard) as last_heard,
    max(p.arrived) as arrived, max(p.arrived_timely) as arrived_timely,
    min(p.first_within) as first_within, max(p.last_within) as last_within,
    max(p.last_before) as last_before, min(p.first_after) as first_after, max(p.doubtful) as doubtful
  from (
    select
      tenant_id, pod_uid, container, max(pod) as pod, min(first_heard) as first_heard, max(last_heard) as last_heard,
      max(arrival_through) as arrived,
      max(case when date_diff('millisecond', last_heard, arrival_through) < c.grace_minutes * 60000 then arrival_through end) as arrived_timely,
      min(first_heard) as first_within, max(last_heard) as last_within,
      cast(null as timestamp) as last_before, cast(null as timestamp) as first_after,
      -- One process, no hour left out, heard from the beginning of all but the first and to the end of all but the last:
      -- nobody needs to look for a silence between its heartbeats.
      case
        when min(started) <> max(started) then 1
        when count(*) * 3600000 <> date_diff('millisecond', min(event_hour), max(event_hour)) + 3600000 then 1
        when max(case when 2 * minute(first_heard) > c.silent_minutes then event_hour end) > min(event_hour) then 1
        when min(case when 2 * (59 - minute(last_heard)) > c.silent_minutes then event_hour end) < max(event_hour) then 1
        else 0
      end as doubtful
    from beats
    cross join completeness_settings c
    where minutes_heard > 0
    group by tenant_id, pod_uid, container
    union all
    select
      tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), coalesce(max(pod), ''), min(first_heard), max(last_heard),
      max(arrival_through),
      max(case when date_diff('millisecond', last_heard, arrival_through) < c.grace_minutes * 60000 then arrival_through end),
      null, null,
      max(case when event_hour < {{window.start}} then last_heard end),
      min(case when event_hour >= {{window.end}} then first_heard end),
      0
    from booked_heartbeats
    cross join completeness_settings c
    where event_hour >= {{window.around_start}} and event_hour < {{window.around_end}}
      and (event_hour < {{window.start}} or event_hour >= {{window.end}})
      and last_heard is not null
    group by tenant_id, coalesce(pod_uid, ''), coalesce(container, '')
  ) p
  group by p.tenant_id, p.pod_uid, p.container
),
-- How far arrivals have come in each tenant's cell; shared services have a stream of their own, and who is not registered
-- may come by any. Files with old heartbeats say nothing of it; where there is nothing else, the heartbeats' own time does.
placed as (
  select
    h.tenant_id, h.pod_uid, h.container, h.pod, h.first_heard, h.last_heard, h.arrived, h.first_within, h.last_within,
    h.last_before, h.first_after,
    case when h.cell = '' then max(h.arrived_timely) over () else max(h.arrived_timely) over (partition by h.cell) end as timely,
    case when h.cell = '' then max(h.last_heard) over () else max(h.last_heard) over (partition by h.cell) end as last_of_cell
  from (
    select
      a.tenant_id, a.pod_uid, a.container, a.pod, a.first_heard, a.last_heard, a.arrived, a.arrived_timely, a.first_within,
      a.last_within, a.last_before, a.first_after,
      case when a.tenant_id = '_shared' then '_shared' else coalesce(t.cell, '') end as cell
    from heard a
    left join tenants t on t.tenant_id = a.tenant_id
  ) h
),
-- What a source says of the silence around its heartbeats: five spans of time, from a sign of life to the next.
spans as (
  select
    l.tenant_id, l.pod_uid, l.pod, k.kind,
    case k.kind
      when 1 then l.last_before
      when 2 then l.last_within
      when 3 then s.first_seen
      else l.last_heard
    end as quiet_since,
    case k.kind
      when 1 then coalesce(l.first_within, l.first_after)
      when 2 then l.first_after
      when 3 then l.first_heard
      when 4 then s.last_seen
      -- Waited for while something of it arrived a short while ago.
      when 5 then case
        when l.timely is null and date_diff('millisecond', l.last_heard, l.last_of_cell) < c.grace_minutes * 60000 then l.last_of_cell
        when date_diff('millisecond', l.arrived, l.timely) < c.grace_minutes * 60000 then l.timely
      end
    end as quiet_until
  from placed l
  cross join completeness_settings c
  left join (
    select
      tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container,
      min(first_seen) as first_seen, max(last_seen) as last_seen
    from booked_sources
    where hour >= {{window.around_start}} and hour < {{window.around_end}}
    group by tenant_id, coalesce(pod_uid, ''), coalesce(container, '')
  ) s on s.tenant_id = l.tenant_id and s.pod_uid = l.pod_uid and s.container = l.container
  cross join (
    select 1 as kind union all select 2 union all select 3 union all select 4 union all select 5
  ) k
  union all
  select
    b.tenant_id, b.pod_uid, b.pod, 0,
    max(b.last_heard) over (
      partition by b.tenant_id, b.pod_uid, b.container order by b.first_heard, b.last_heard, b.started
      rows between unbounded preceding and 1 preceding
    ),
    b.first_heard
  from beats b
  join heard h on h.tenant_id = b.tenant_id and h.pod_uid = b.pod_uid and h.container = b.container
  where b.minutes_heard > 0 and h.doubtful = 1
),
-- A silence is longer than is tolerated and shorter than a week: beyond, it is another life.
silences as (
  select s.tenant_id, s.pod_uid, s.pod, s.kind, s.quiet_since, s.quiet_until
  from spans s
  cross join completeness_settings c
  where s.quiet_until > s.quiet_since
    and case
      when s.kind = 5 then true
      else date_diff('millisecond', date_trunc('minute', s.quiet_since), date_trunc('minute', s.quiet_until)) > (c.silent_minutes + 1) * 60000
        and date_diff('millisecond', s.quiet_since, s.quiet_until) <= 604800000
    end
),
-- The hours each lies in; who is waited for is missed in hours that are over.
spread as (
  select
    s.tenant_id, h.hour, s.pod_uid, s.pod, case when s.kind = 5 then 'waiting' else 'silent' end as what, s.quiet_since,
    case when s.quiet_since >= h.hour then minute(s.quiet_since) + 1 else 0 end as from_minute,
    case when date_diff('millisecond', h.hour, s.quiet_until) < 3600000 then minute(s.quiet_until) else 60 end as until_minute,
    case when date_diff('millisecond', h.hour, s.quiet_until) >= 7200000 then 1 else 0 end as through_next
  from silences s
  join hours h on h.hour < s.quiet_until and h.hour >= date_trunc('hour', s.quiet_since)
  where s.kind <> 5 or date_diff('millisecond', h.hour, s.quiet_until) >= 3600000
  union all
  select b.tenant_id, b.event_hour, b.pod_uid, b.pod, 'silent', null, b.silent_from, b.silent_from + b.silent_minutes, 0
  from beats b
  cross join completeness_settings c
  where b.silent_minutes > c.silent_minutes
),
ranked as (
  select
    tenant_id, hour, pod_uid, pod, what, quiet_since, from_minute, until_minute - from_minute as minutes, through_next,
    row_number() over (
      partition by tenant_id, hour, what
      order by case when what = 'silent' then until_minute - from_minute else 0 end desc, quiet_since, pod, pod_uid, from_minute
    ) as place
  from spread
),
-- What the agents of a source say they sent of an hour, beside what was booked of it.
counts as (
  select
    c.tenant_id, c.pod_uid, c.container, c.hour,
    cast(sum(c.sent) as bigint) as sent, cast(sum(c.processes) as bigint) as processes, max(c.heard) as heard,
    cast(sum(c.lines) as bigint) as lines, cast(sum(c.duplicates) as bigint) as duplicates
  from (
    select
      tenant_id, pod_uid, container, event_hour as hour, sent, 1 as processes,
      case when minutes_heard > 0 then 1 else 0 end as heard, 0 as lines, 0 as duplicates
    from beats
    union all
    select tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), hour, 0, 0, 0, lines, duplicates
    from booked_sources
    where hour >= {{window.start}} and hour < {{window.end}}
  ) c
  group by c.tenant_id, c.pod_uid, c.container, c.hour
),
-- What is said of an hour's silences; few hours have any, so it is counted here and not among all hours below.
quiet as (
  select
    tenant_id, hour,
    count(distinct case when what = 'silent' and minutes > 0 then pod_uid end) as silent_pods,
    max(case when what = 'silent' and place = 1 and minutes > 0 then pod end) as silent_pod,
    max(case when what = 'silent' and place = 1 and minutes > 0 then from_minute end) as silent_from,
    max(case when what = 'silent' and place = 1 and minutes > 0 then minutes end) as silent_minutes,
    -- Silent from the end of the hour, and through the next: its last count was never told.
    count(distinct case when what = 'silent' and minutes = 0 and through_next = 1 then pod_uid end) as uncounted_pods,
    count(distinct case when what = 'waiting' then pod_uid end) as waiting_pods,
    max(case when what = 'waiting' and place = 1 then pod end) as waiting_pod,
    max(case when what = 'waiting' and place = 1 then quiet_since end) as heard_through
  from ranked
  group by tenant_id, hour
),
facts as (
  -- Every hour of a tenant with agents.
  select
    r.tenant_id, h.hour, r.reached, cast(0 as bigint) as agents, cast(0 as bigint) as sent, cast(0 as bigint) as missing,
    cast(0 as bigint) as declared, cast(0 as bigint) as events
  from (select tenant_id, max(coalesce(timely, last_of_cell)) as reached from placed group by tenant_id) r
  cross join hours h
  union all
  select
    c.tenant_id, c.hour, null, c.heard, c.sent,
    -- Lines that a restarted agent read again were sent twice and count once.
    case
      when c.processes = 0 or c.sent <= c.lines then 0
      when c.processes = 1 then c.sent - c.lines
      when c.sent - c.lines > c.duplicates then c.sent - c.lines - c.duplicates
      else 0
    end,
    case when c.processes = 0 and h.tenant_id is null then c.lines else 0 end,
    0
  from counts c
  left join heard h on h.tenant_id = c.tenant_id and h.pod_uid = c.pod_uid and h.container = c.container
  union all
  select emitter, event_hour, null, 0, 0, 0, 0, events
  from booked_events
  where event_hour >= {{window.start}} and event_hour < {{window.end}} and events > 0
  union all
  select tenant_id, hour, null, 0, 0, 0, 0, 0 from quiet
),
known as (
  select
    f.tenant_id, f.hour, f.reached, f.agents, f.sent, f.missing, f.declared, f.events,
    coalesce(q.silent_pods, 0) as silent_pods, q.silent_pod, q.silent_from, q.silent_minutes,
    coalesce(q.uncounted_pods, 0) as uncounted_pods, coalesce(q.waiting_pods, 0) as waiting_pods, q.waiting_pod, q.heard_through
  from (
    select
      tenant_id, hour, max(reached) as reached, cast(sum(agents) as bigint) as agents, cast(sum(sent) as bigint) as sent,
      cast(sum(missing) as bigint) as missing, cast(sum(declared) as bigint) as declared, cast(sum(events) as bigint) as events
    from facts
    where tenant_id <> '_canary'
    group by tenant_id, hour
  ) f
  left join quiet q on q.tenant_id = f.tenant_id and q.hour = f.hour
),
judged as (
  select
    k.tenant_id, k.hour,
    date_diff('millisecond', k.hour, coalesce(k.reached, a.arrived)) as passed_ms,
    c.grace_minutes * 60000 as grace_ms,
    k.agents, k.sent, k.missing, case when k.reached is null then k.events else k.declared end as declared, k.events,
    k.silent_pods, k.silent_pod, k.silent_from, k.silent_minutes, k.uncounted_pods, k.waiting_pods, k.waiting_pod, k.heard_through,
    case when substr(cast(cast(k.hour as date) as varchar), 1, 10) <= u.last_dt then u.objects else 0 end as unbooked
  from known k
  cross join completeness_settings c
  cross join (select max(arrival_through) as arrived from booked_events) a
  left join (
    select tenant_id, max(dt) as last_dt, cast(sum(objects) as bigint) as objects from unbooked group by tenant_id
  ) u on u.tenant_id = k.tenant_id
  where k.reached is not null or k.events > 0
),
stated as (
  select
    tenant_id, hour,
    case
      when passed_ms is null or passed_ms < 3600000 then 'open'
      when silent_pods + uncounted_pods + waiting_pods + missing > 0 then
        case when passed_ms < 3600000 + grace_ms then 'open' else 'incomplete' end
      when declared > 0 and unbooked > 0 then 'incomplete'
      when declared > 0 then 'declared'
      when agents = 0 and events = 0 then 'idle'
      else 'complete'
    end as state,
    agents, sent, missing, declared, silent_pods, silent_pod, silent_from, silent_minutes, uncounted_pods, waiting_pods,
    waiting_pod, heard_through, unbooked
  from judged
)
select
  tenant_id, hour, state, agents, sent as lines_sent, missing as lines_missing, declared as lines_declared,
  silent_pods, silent_pod, silent_from, silent_minutes, waiting_pods, waiting_pod, heard_through, uncounted_pods,
  unbooked as unbooked_objects
from stated
where {{show}} = 'all' or state in ('incomplete', 'open')
order by tenant_id, hour
