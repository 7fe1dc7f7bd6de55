import { escapeHtml } from '../../model/index.js';
import { spreadsheetSafe } from './csvText.js';
import type { ReconciliationReport, UnbilledReason } from './Reconciliation.js';

/** What the page says of the bill it is about. All of it is in the manifest, too. */
export interface ReconciledBill {
  readonly exportName: string;
  /** Who bills. */
  readonly provider: string;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly status: string;
  /** UTC, as FOCUS writes times. */
  readonly createdAt: string;
  readonly report: ReconciliationReport;
}

const REASONS: Readonly<Record<UnbilledReason, string>> = {
  no_price: 'no price',
  no_rate_card: 'no rate card',
  reserved_tenant: 'of no tenant',
  unregistered_tenant: 'tenant not registered',
};

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{padding:.3rem .6rem;border-bottom:1px solid #ccc;text-align:left}
.n{text-align:right;font-variant-numeric:tabular-nums}`;

/**
 * `reconciliation.html`: what `reconciliation.json` says, for people. It stands alone, runs nothing and loads nothing. Figures
 * are printed as they are there, none is rounded; texts cannot be markup, nor hide or reorder what is around them.
 */
export function reconciliationPage({ report, ...bill }: ReconciledBill): string {
  const { meters, money, corrections } = report;
  const reasons = (Object.keys(REASONS) as UnbilledReason[]).filter((reason) =>
    meters.some(({ unbilled }) => unbilled[reason] !== undefined),
  );
  const usage = table(
    ['Service', 'Meter', 'Unit'],
    ['Measured', 'Billed', ...reasons.map((reason) => `Not billed: ${REASONS[reason]}`), 'Difference'],
    meters.map(({ service, meter, unit, measured, billed, unbilled, variance }) => [
      ...[service, meter, unit, measured, billed],
      ...[...reasons.map((reason) => unbilled[reason] ?? '0'), variance],
    ]),
  );
  const amounts = table(
    ['Amount'],
    [money.currency],
    [
      ['Charges', money.charges],
      [`of which ${corrections.count} corrections of closed months`, corrections.net_amount],
      ['Rounding of invoices', money.rounding],
      ['Invoices', money.invoices],
      ['Difference', money.variance],
    ],
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Reconciliation ${escaped(bill.period)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Reconciliation of ${escaped(bill.period)}</h1>
<p>${escaped(bill.provider)}, export ${escaped(bill.exportName)}, ${escaped(bill.status)}, as of ${escaped(bill.createdAt)}. All times are UTC.</p>
<h2>Usage</h2>
<p>All usage the ledger holds of the month, by meter: what was billed and what was not, and why. ${
    meters.length === 0 ? 'There is none.' : 'unbilled.csv lists what was not, tenant by tenant.'
  }</p>
${usage}
<h2>Money</h2>
<p>Charges are not rounded; invoices are, once each.</p>
${amounts}
</body>
</html>
`;
}

function table(texts: readonly string[], numbers: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = [...texts.map((name) => cell('th', name, false)), ...numbers.map((name) => cell('th', name, true))];
  const lines = rows.map((row) => row.map((value, index) => cell('td', value, index >= texts.length)).join(''));
  return `<table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${lines.map((line) => `<tr>${line}</tr>`).join('\n')}
</tbody>
</table>`;
}

const cell = (tag: 'td' | 'th', text: string, isNumber: boolean): string =>
  `<${tag}${isNumber ? ' class="n"' : ''}>${escaped(text)}</${tag}>`;

const escaped = (text: string): string => escapeHtml(visible(text));

/** What hides or reorders text is written out, as in the spreadsheet file. */
const visible = (text: string): string => spreadsheetSafe(`.${text}`).slice(1);
