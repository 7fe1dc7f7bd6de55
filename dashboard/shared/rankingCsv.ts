import type { DashboardData, ServiceData } from '../DashboardData.js';
import type { RankingRow } from './ranking.js';

const COLUMNS = [
  ...['rank', 'tenant_id', 'name', 'plan', 'amount', 'unit', 'basis', 'share', 'share_before', 'times_before'],
  ...['times_peer_median', 'usd_at_list_price', 'billed'],
];

/** The ranking as CSV (RFC 4180), in exact figures; texts that a spreadsheet would take for a formula are kept from it. */
export function rankingCsv(data: DashboardData, rows: readonly RankingRow[], service: ServiceData): string {
  const { ids, names, plan } = data.tenants;
  const lines = rows.map((row) => [
    ...[
      data.audience.kind === 'tenant' ? '' : String(row.rank),
      safe(ids[row.tenant] ?? ''),
      safe(names[row.tenant] ?? ''),
    ],
    safe(data.plans[plan[row.tenant] ?? -1] ?? ''),
    ...[row.amount, safe(service.unit), safe(service.basis)],
    ...[row.share, row.shareBefore, row.timesBefore, row.timesPeers, row.usd, row.billed].map((value) =>
      String(value ?? ''),
    ),
  ]);
  return [COLUMNS, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
