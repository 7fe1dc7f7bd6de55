import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { priceUsage } from '../../alerts/index.js';
import { renderSvg, shareOverTime, shareRanking } from '../../charts/index.js';
import { buildRegistry, DEFAULT_LIST_PRICES, HOUR_MS } from '../../model/index.js';
import { openDuckDb, usageByHour } from '../../queries/index.js';
import { drawFlow } from './drawFlow.js';

/** The demo's noisy day, and the day before it. */
const NOISY = { start: Date.parse('2026-11-23T00:00:00Z'), end: Date.parse('2026-11-24T00:00:00Z') };
const BEFORE = NOISY.start - 24 * HOUR_MS;
const TENANT = 'acme';
/** When the job of alerts has run, late in the noisy day. */
const JUDGED = '2026-11-23T22:10Z';
/** An image has no page whose text colour it could take; this one can be read on white and on GitHub's dark ground. */
const GREY = '#6e7781';

/**
 * The drawings of README and docs, by file name: the flow, and what the demo shows. Equal code gives equal bytes.
 *
 * @param demo the folder of `tenantscope demo --out`, in which the job of alerts is run once
 * @param tenantscope runs the command in that folder; throws when it fails
 */
export async function docsImages(
  demo: string,
  tenantscope: (args: readonly string[]) => Promise<unknown>,
): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['flow.svg', drawFlow()],
    ...(await shares(join(demo, 'lake'))),
    ['finding.svg', await finding(demo, tenantscope)],
  ]);
}

/** The picture of the incident, as on-call gets it. */
async function finding(demo: string, tenantscope: (args: readonly string[]) => Promise<unknown>): Promise<string> {
  const at = ['--config', join(demo, 'simulation/tenantscope.yaml'), '--lake', join(demo, 'lake')];
  const file = join(demo, 'finding.svg');
  await tenantscope(['alerts', 'run', '--no-ledger', '--at', JUDGED, ...at]);
  await tenantscope(['incident', 'show', `${TENANT}/DynamoDB/up`, '--picture', file, ...at]);
  return readFile(file, 'utf8');
}

async function shares(lake: string): Promise<readonly (readonly [string, string])[]> {
  const registry = buildRegistry({ tenants: [] });
  const engine = await openDuckDb({ lake, listPrices: DEFAULT_LIST_PRICES, registry, memoryMb: 512, threads: 2 });
  const usage = await usageByHour(engine, { start: BEFORE, end: NOISY.end }).finally(() => engine.close());
  const service = priceUsage(usage, DEFAULT_LIST_PRICES).services.find((one) => one.service === 'DynamoDB');
  if (service === undefined) throw new Error(`the lake has no DynamoDB usage: ${lake}`);
  return [
    [
      'share-ranking.svg',
      draw(ranking(service.hours), { id: 'ranking', height: 400, title: 'Share of DynamoDB by tenant' }),
    ],
    [
      'share-over-time.svg',
      draw(overTime(service.hours), { id: 'time', height: 300, title: 'Share of DynamoDB by hour' }),
    ],
  ];
}

type Hours = ReadonlyMap<number, ReadonlyMap<string, number>>;

function ranking(hours: Hours): Parameters<typeof renderSvg>[0] {
  const sums = new Map<string, number>();
  for (const [hour, tenants] of hours) {
    if (hour < NOISY.start) continue;
    for (const [id, amount] of tenants) sums.set(id, (sums.get(id) ?? 0) + amount);
  }
  const total = [...sums.values()].reduce((sum, amount) => sum + amount, 0);
  const tenants = [...sums]
    .sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([id, amount]) => ({ id, share: amount / total, flagged: id === TENANT }));
  const peers = tenants.filter(({ id, flagged }) => !flagged && !id.startsWith('_')).map(({ share }) => share);
  const middle = peers.length / 2;
  const peerMedian = ((peers[Math.floor(middle)] ?? 0) + (peers[Math.ceil(middle) - 1] ?? 0)) / 2;
  return shareRanking({ tenants, peerMedian });
}

function overTime(hours: Hours): Parameters<typeof renderSvg>[0] {
  const times = [...hours.keys()].sort((one, other) => one - other);
  const shares = times.map((hour) => {
    const tenants = hours.get(hour) ?? new Map<string, number>();
    const total = [...tenants.values()].reduce((sum, amount) => sum + amount, 0);
    return (tenants.get(TENANT) ?? 0) / total;
  });
  return shareOverTime({
    hours: times.map((hour) => new Date(hour).toISOString().slice(5, 16).replace('T', ' ')),
    series: [
      { name: TENANT, flagged: true, shares },
      { name: 'fourteen others', flagged: false, rest: true, shares: shares.map((share) => 1 - share) },
    ],
  });
}

function draw(
  option: Parameters<typeof renderSvg>[0],
  { id, height, title }: { readonly id: string; readonly height: number; readonly title: string },
): string {
  const svg = renderSvg(option, { width: 720, height, idPrefix: id }).replaceAll('currentColor', GREY);
  return `${svg.replace(/^<svg[^>]*>/, (opening) => `${opening}\n<title>${title}</title>`)}\n`;
}
