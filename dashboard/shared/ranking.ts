import type { DashboardData, PeerBand, ServiceData, WindowData } from '../DashboardData.js';
import type { Selected, Selection } from './Selection.js';

/** One tenant of the ranking of a service. */
export interface RankingRow {
  /** Place among all that used the service, 1 is the greatest; a customer's page, which has one row, does not tell it. */
  readonly rank: number;
  readonly tenant: number;
  readonly amount: string;
  readonly share: number | null;
  readonly shareBefore: number | null;
  readonly timesBefore: number | null;
  readonly timesPeers: number | null;
  readonly band: PeerBand | undefined;
  readonly standing: PeerStanding | undefined;
  /** All services at list price, exact dollars. */
  readonly usd: string | null;
  readonly billed: string | null;
  readonly margin: string | null;
}

/** A customer's share, and the band of the others, on its own page. */
export interface OwnPlace {
  readonly share: number | null;
  readonly band: PeerBand | undefined;
}

function placeInBand({ share, band }: OwnPlace): string {
  if (band === undefined || share === null) return 'no band';
  if (share > band.p75) return 'above p75';
  if (share > band.p50) return 'p50 to p75';
  return share >= band.p25 ? 'p25 to p50' : 'below p25';
}

/** What {@link standingText} needs of a row on a page of this audience. */
export function ownPlace(data: DashboardData, row: OwnPlace): OwnPlace | undefined {
  return data.audience.kind === 'tenant' ? row : undefined;
}

/** Rows of one page of the ranking. */
export const PAGE_ROWS = 50;

/** True for `_unknown` and the other tenants that are nobody. */
export function isReserved(data: DashboardData, tenant: number): boolean {
  return data.tenants.ids[tenant]?.startsWith('_') === true;
}

/** The band a tenant is held against: of its plan where that has one, else of all. */
export function bandOf(data: DashboardData, service: ServiceData, tenant: number): PeerBand | undefined {
  if (isReserved(data, tenant)) return undefined;
  const plan = data.tenants.plan[tenant] ?? -1;
  const own = plan < 0 ? undefined : service.bands.find((band) => band.plan === plan);
  return own ?? service.bands.find((band) => band.plan === -1);
}

/** The ranking of the chosen service: those of the chosen plan, cell and text, in the chosen order. */
export function rankingRows(
  data: DashboardData,
  { service, selection, includes, window }: Selected,
): readonly RankingRow[] {
  if (service === undefined) return [];
  const usd = valuesOf(window);
  const { billed, margins } = moneyOf(data);
  const places = standings(data, service);
  const { rows } = service;
  const found = rows.tenant.flatMap((tenant, at): RankingRow[] =>
    includes(tenant) && isFound(data, tenant, selection.find)
      ? [
          {
            rank: at + 1,
            tenant,
            amount: rows.amount[at] ?? '0',
            share: rows.share[at] ?? null,
            shareBefore: rows.share_before[at] ?? null,
            timesBefore: rows.times_before[at] ?? null,
            timesPeers: rows.times_peers[at] ?? null,
            band: bandOf(data, service, tenant),
            standing: places.get(tenant),
            usd: usd.get(tenant) ?? null,
            billed: billed.get(tenant) ?? null,
            margin: margins.get(tenant) ?? null,
          },
        ]
      : [],
  );
  return sorted(data, found, selection);
}

/** Found once for each window and file: every key of a search asks again, with ten thousand tenants. */
const valuesOf = once(
  ({ value }: WindowData): ReadonlyMap<number, string> =>
    new Map(value.tenant.map((tenant, at) => [tenant, value.usd[at] ?? '0'])),
);
const moneyOf = once(({ bill, economics }: DashboardData) => ({
  billed: new Map((bill?.tenants ?? []).map((row) => [row.tenant, row.billed])),
  margins: new Map((economics?.tenants ?? []).map((row) => [row.tenant, row.margin])),
}));

/** What a function says of an object, remembered as long as the object is there. */
function once<K extends object, V>(find: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    const found = known.get(of) ?? find(of);
    known.set(of, found);
    return found;
  };
}

function isFound(data: DashboardData, tenant: number, find: string): boolean {
  if (find === '') return true;
  const text = `${data.tenants.ids[tenant] ?? ''}\n${data.tenants.names[tenant] ?? ''}`.toLowerCase();
  return text.includes(find.toLowerCase());
}

function sorted(
  data: DashboardData,
  rows: readonly RankingRow[],
  { sort, order }: Pick<Selection, 'sort' | 'order'>,
): readonly RankingRow[] {
  // As the report has it: greatest first.
  if (sort === 'amount' || sort === 'share') return order === 'down' ? rows : [...rows].reverse();
  const turn = order === 'down' ? 1 : -1;
  if (sort === 'tenant') {
    const id = (row: RankingRow): string => data.tenants.ids[row.tenant] ?? '';
    return [...rows].sort((a, b) => (id(a) < id(b) ? -turn : turn));
  }
  const value = (row: RankingRow): number => {
    const figure = { change: row.timesBefore, peers: row.timesPeers, value: row.usd, billed: row.billed }[sort];
    // What has no figure comes last, whichever way.
    return figure === null ? Number.NEGATIVE_INFINITY * turn : Number(figure);
  };
  return [...rows].sort((a, b) => compare(value(b), value(a)) * turn || a.rank - b.rank);
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where a tenant lies among its peers. */
export interface PeerStanding {
  /** Peers without itself. */
  readonly peers: number;
  /** Peers that used less, 0 to 1. */
  readonly above: number;
}

/**
 * Of every tenant of a service, how many of its peers it is above: those of its plan where there is a band of it, else all.
 * Undefined for reserved tenants and where there is no band.
 */
export function standings(data: DashboardData, service: ServiceData): ReadonlyMap<number, PeerStanding> {
  const known = standingsOf.get(service) ?? findStandings(data, service);
  standingsOf.set(service, known);
  return known;
}

const standingsOf = new WeakMap<ServiceData, ReadonlyMap<number, PeerStanding>>();

function findStandings(data: DashboardData, service: ServiceData): ReadonlyMap<number, PeerStanding> {
  const { rows } = service;
  const groups = new Map<PeerBand, number[]>();
  for (const band of service.bands) groups.set(band, []);
  rows.tenant.forEach((tenant, at) => {
    if (isReserved(data, tenant) || Number(rows.amount[at] ?? 0) <= 0) return;
    for (const [band, members] of groups)
      if (band.plan === -1 || band.plan === data.tenants.plan[tenant]) members.push(tenant);
  });
  const found = new Map<number, PeerStanding>();
  for (const [band, members] of groups) {
    members.forEach((tenant, place) => {
      if (bandOf(data, service, tenant) !== band) return;
      // Greatest first: whoever comes behind used less.
      const peers = members.length - 1;
      found.set(tenant, { peers, above: peers === 0 ? 0 : (peers - place) / peers });
    });
  }
  return found;
}

/**
 * Where a tenant lies among its peers, in words. On a customer's page its peers are known by their quarters alone, since no figure of
 * any of them is in it; `own` is given then.
 */
export function standingText(standing: PeerStanding | undefined, own?: OwnPlace): string {
  if (own !== undefined) return placeInBand(own);
  if (standing === undefined) return 'no band';
  const { above, peers } = standing;
  if (above === 1) return `above all ${peers}`;
  if (above >= 0.99) return 'above p99';
  if (above >= 0.95) return 'p95 to p99';
  if (above >= 0.75) return 'p75 to p95';
  if (above >= 0.5) return 'p50 to p75';
  return above >= 0.25 ? 'p25 to p50' : 'below p25';
}
