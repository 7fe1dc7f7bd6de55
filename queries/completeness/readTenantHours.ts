import type { Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { sqlText } from '../engines/sqlText.js';
import { findReport } from '../reports/catalogue.js';
import { renderReport } from '../reports/parameters.js';
import { HOUR_STATES, type HourState, hourState, type TenantHour, tenantHours } from './TenantHour.js';

/** The view that says nothing is known of agents when an engine lacks it. */
const NEEDED = 'booked_heartbeats';

/** Hours of one state that are named, the earliest first. */
const NAMED = 3;

/** States a reader is told the hours of. */
const DOUBTFUL = `s.state in ('incomplete', 'open')`;
const isDoubtful = (state: HourState): boolean => state === 'incomplete' || state === 'open';

/** Which hour of whom it is. */
export type NamedHour = Pick<TenantHour, 'state' | 'hour' | 'tenant_id'>;

/** The tenant-hours of a window, counted, and some of them named. */
export interface TenantHourSummary {
  readonly window: Window;
  readonly count: Readonly<Record<HourState, number>>;
  /** The first few of those that are incomplete, and of those that are open. */
  readonly first: readonly NamedHour[];
}

/** True when the engine has what completeness is judged by. */
export function canJudge(engine: Engine): boolean {
  return engine.views === undefined || engine.views.includes(NEEDED);
}

/** One hour of all tenants. */
export interface HourCompleteness {
  /** Epoch milliseconds, UTC. */
  readonly hour: number;
  /** Tenant-hours that are complete, or declared so. */
  readonly sound: number;
  /** Tenant-hours that are incomplete or open, and the first few of their tenants. */
  readonly doubtful: number;
  readonly tenants: readonly string[];
}

/**
 * Hour by hour, of how many tenants the lines are all there, so that whoever compares tenants can leave an hour unjudged. Idle
 * tenants are not counted. The window is at most 100 days; without heartbeats on the engine nothing is known, and none given.
 */
export async function completenessByHour(engine: Engine, window: Window): Promise<readonly HourCompleteness[]> {
  if (!canJudge(engine)) return [];
  const hours = new Map<number, { hour: number; sound: number; doubtful: number; tenants: string[] }>();
  for (const { state, hour, count, tenants } of await countStates(engine, window)) {
    if (state === 'idle') continue;
    const known = hours.get(hour) ?? { hour, sound: 0, doubtful: 0, tenants: [] };
    hours.set(hour, known);
    if (isDoubtful(state)) {
      known.doubtful += count;
      known.tenants.push(...tenants);
    } else known.sound += count;
  }
  return [...hours.values()]
    .sort((a, b) => a.hour - b.hour)
    .map((known) => ({ ...known, tenants: known.tenants.sort().slice(0, NAMED) }));
}

/** How many tenant-hours of a window are in each state. */
export async function summariseTenantHours(
  engine: Engine,
  window: Window,
  tenants?: readonly string[],
): Promise<TenantHourSummary> {
  const count = Object.fromEntries(HOUR_STATES.map((state) => [state, 0])) as Record<HourState, number>;
  const first = new Map<HourState, NamedHour[]>();
  for (const { state, hour, count: hours, tenants: named } of await countStates(engine, window, tenants)) {
    count[state] += hours;
    const known = first.get(state) ?? [];
    first.set(state, [...known, ...named.map((tenant_id) => ({ state, hour, tenant_id }))].slice(0, NAMED));
  }
  return { window, count, first: [...first.values()].flat() };
}

/** The tenants that are in one state in one hour. */
interface StateOfHour {
  readonly state: HourState;
  /** Epoch milliseconds, UTC. */
  readonly hour: number;
  readonly count: number;
  /** The first few by id, of doubtful states. */
  readonly tenants: readonly string[];
}

/**
 * The tenant-hours of a window, counted by state and hour in one statement that answers a few rows an hour; by state, then hour.
 * Whoever asks for hours and whoever asks for their sum ask the same statement, so that one that remembers judges a window once.
 */
async function countStates(
  engine: Engine,
  window: Window,
  tenants?: readonly string[],
): Promise<readonly StateOfHour[]> {
  // Sound hours are one row a state: nobody names their tenants, and there are as many as tenants.
  const counted = `select s.state, s.hour, case when ${DOUBTFUL} then s.tenant_id end as tenant_id, count(*) as hours
    from (${ofTenants(statement(window, 'all'), tenants)}) s group by 1, 2, 3`;
  const answer = await engine.query(`select n.state, n.hour, n.of_hour, n.tenant_id
    from (select c.state, c.hour, c.tenant_id, sum(c.hours) over (partition by c.state, c.hour) as of_hour,
        row_number() over (partition by c.state, c.hour order by c.tenant_id) as place
      from (${counted}) c) n
    where n.place <= ${NAMED} order by n.state, n.hour, n.tenant_id`);
  const found: (StateOfHour & { tenants: string[] })[] = [];
  for (const [name, at, ofHour, tenant] of answer.rows) {
    const [state, hour] = [hourState(name), Date.parse(String(at))];
    let last = found.at(-1);
    if (last === undefined || last.state !== state || last.hour !== hour) {
      last = { state, hour, count: Number(ofHour), tenants: [] };
      found.push(last);
    }
    if (tenant !== null) last.tenants.push(String(tenant));
  }
  return found;
}

/**
 * The UTC days of a window on which a tenant has hours that are incomplete or open, by tenant. Undefined when nothing can be
 * known: no heartbeats on the engine.
 */
export async function doubtfulDays(
  engine: Engine,
  window: Window,
): Promise<ReadonlyMap<string, ReadonlySet<string>> | undefined> {
  if (!canJudge(engine)) return undefined;
  const answer =
    await engine.query(`select distinct s.tenant_id, substr(cast(cast(s.hour as date) as varchar), 1, 10) as day
    from (${statement(window, 'doubtful')}) s where s.state in ('incomplete', 'open') order by 1, 2`);
  const days = new Map<string, Set<string>>();
  for (const [tenant, day] of answer.rows) {
    const known = days.get(String(tenant)) ?? new Set();
    known.add(String(day));
    days.set(String(tenant), known);
  }
  return days;
}

/** How many hours of a window are incomplete or open, and the first of them by hour and tenant. */
export async function doubtfulHours(
  engine: Engine,
  window: Window,
  most: number,
): Promise<{ readonly count: number; readonly first: readonly TenantHour[] }> {
  if (!canJudge(engine)) return { count: 0, first: [] };
  const from = `from (${statement(window, 'doubtful')}) s where s.state in ('incomplete', 'open')`;
  const counted = await engine.query(`select count(*) ${from}`);
  const answer = await engine.query(`select s.* ${from} order by s.hour, s.tenant_id limit ${most}`);
  return { count: Number(counted.rows[0]?.[0] ?? 0), first: tenantHours(answer) };
}

const statement = (window: Window, show: 'all' | 'doubtful'): string =>
  renderReport(findReport('completeness'), { window, show });

function ofTenants(sql: string, tenants: readonly string[] | undefined): string {
  const where = tenants === undefined ? '' : ` where h.tenant_id in (${tenants.map(sqlText).join(', ')})`;
  return `select h.* from (${sql}) h${where}`;
}
