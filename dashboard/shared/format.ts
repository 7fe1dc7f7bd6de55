import { minorUnits, twoDigits } from '../../model/index.js';
import type { DashboardData, WindowData } from '../DashboardData.js';

/** A share as people read it: `30.1 %`; what there is less of than a tenth of a percent is not nothing. */
export function percentText(share: number | null | undefined): string {
  if (share === null || share === undefined) return 'n/a';
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return `${(share * 100).toFixed(1)} %`;
}

/** The same where most are small, as percentiles of thousands of tenants are: two digits of what is below a tenth of a percent. */
export function smallShareText(share: number | null | undefined): string {
  if (share === null || share === undefined || share <= 0 || share >= 0.001) return percentText(share);
  const digits = twoDigits(share * 100);
  return Number(digits) === 0 ? percentText(share) : `${digits} %`;
}

/** How many times as much: `6.2×`, `0.42×`. */
export function timesText(times: number | null | undefined): string {
  if (times === null || times === undefined) return 'n/a';
  return `${times >= 10 ? times.toFixed(0) : times.toFixed(times < 1 ? 2 : 1)}×`;
}

/** An exact decimal for people, with its unit: dollars as money, quantities in groups. */
export function amountText(exact: string, unit: string): string {
  const value = Number(exact);
  return unit === 'USD' ? moneyText(value, 'USD') : `${quantityText(value)} ${unit}`.trim();
}

/** Money of a currency: to its minor unit (ISO 4217: yen have none, dinars three decimals), and below one to three digits. */
export function moneyText(value: number, currency: string): string {
  const size = Math.abs(value);
  const decimals = minorUnits(currency);
  const digits = size >= 1 || size === 0 ? grouped(size, decimals) : smallDigits(size, decimals);
  const sign = value < 0 ? '-' : '';
  return currency === 'USD' ? `${sign}$${digits}` : `${sign}${digits} ${currency}`;
}

/** Three digits of what is below one, and the currency's decimals at least. */
function smallDigits(size: number, decimals: number): string {
  const places = Math.min(12, Math.max(decimals, Math.ceil(-Math.log10(size)) + 2));
  const [whole = '', fraction = ''] = size.toFixed(places).split('.');
  const told = fraction.replace(/0+$/, '').padEnd(decimals, '0');
  return told === '' ? whole : `${whole}.${told}`;
}

function grouped(size: number, decimals: number): string {
  const format = MONEY[decimals] ?? moneyFormat(decimals);
  MONEY[decimals] = format;
  return format.format(size);
}

/** A quantity with its thousands in groups, to six digits behind the point at most. */
export function quantityText(value: number): string {
  return (Math.abs(value) >= 1000 ? WHOLE : EXACT).format(value);
}

// Made once: to make one takes longer than to format a thousand numbers.
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const EXACT = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const MONEY: Intl.NumberFormat[] = [];
const moneyFormat = (decimals: number): Intl.NumberFormat =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** A whole number with its thousands in groups. */
export function countText(count: number): string {
  return WHOLE.format(count);
}

/** An instant on a minute: `2026-11-23 10:00`. The reader is told elsewhere that it is UTC. */
export function instantText(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** A window as a choice names it: `last 24h` where it ends with the data, else with its end. */
export function windowText(
  { data_through: through }: Pick<DashboardData, 'data_through'>,
  { key, window: { end } }: Pick<WindowData, 'key' | 'window'>,
): string {
  return through === null || end >= through ? `last ${key}` : `${key} to ${instantText(end)}`;
}

/** The hour of an instant as a chart's axis shows it: with its day where the window has several. */
export function hourLabel(epochMs: number, hours: number): string {
  const iso = new Date(epochMs).toISOString();
  return hours > 48 ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(11, 16);
}

/** A span of time in its largest useful unit: `4 min`, `3.5 h`. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}

/** Characters that turn the direction of the text after them, and others nobody sees. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name for display: unseen characters shown as `�`, which keeps a name from changing what stands beside it, and cut. */
export function displayName(name: string, longest = 60): string {
  const seen = name.slice(0, longest * 4).replace(UNSEEN, '\ufffd');
  return seen.length > longest ? `${seen.slice(0, longest - 1)}…` : seen;
}
