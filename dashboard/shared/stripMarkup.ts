import { HOUR_LOOKS, heatStripRuns } from '../../charts/index.js';
import { escapeHtml } from '../../model/index.js';
import type { DashboardData } from '../DashboardData.js';
import { countText, displayName, instantText } from './format.js';

const ROW = 18;
const NAMES = 150;
const WIDTH = 1040;

/**
 * The hours of every source as a drawing: a row a tenant, a colour and a sign for each state, with their names below. Rows of tenants
 * that are not chosen are left out; the row of all tenants stays.
 */
export function stripMarkup(data: DashboardData, isChosen: (tenant: number) => boolean = () => true): string {
  const [window] = data.windows;
  const strip = data.quality.strip.filter(({ tenant }) => tenant < 0 || isChosen(tenant));
  if (window === undefined || strip.length === 0)
    return '<p class="empty">No agent was heard and no line arrived in this window.</p>';
  const { hours } = window;
  const step = (WIDTH - NAMES) / Math.max(1, hours.length);
  const rows = strip.map(({ tenant, states }, place) => {
    const name = tenant < 0 ? 'all tenants' : displayName(data.tenants.ids[tenant] ?? '', 20);
    const y = place * ROW;
    const runs = heatStripRuns(states).map(({ state, from, length }) => {
      const { colour = 'none', sign = '' } = HOUR_LOOKS[state] ?? {};
      const x = (NAMES + from * step).toFixed(1);
      const width = Math.max(1, length * step - 1).toFixed(1);
      const unknown = state === ' ' ? ` stroke="currentColor" stroke-dasharray="2 2" stroke-opacity="0.5"` : '';
      const mark =
        sign === ''
          ? ''
          : `<text x="${(NAMES + (from + length / 2) * step).toFixed(1)}" y="${y + 12}" text-anchor="middle" font-size="12" font-weight="700" fill="#ffffff">${sign}</text>`;
      return `<rect x="${x}" y="${y}" width="${width}" height="${ROW - 3}" fill="${colour}"${unknown}/>${mark}`;
    });
    return `<text x="0" y="${y + 12}" font-size="12" fill="currentColor">${escapeHtml(name)}</text>${runs.join('')}`;
  });
  const axis = strip.length * ROW + 12;
  const first = instantText(hours[0]?.hour ?? 0);
  const last = instantText(window.window.end);
  const ends = `<text x="${NAMES}" y="${axis}" font-size="12" fill="currentColor">${first}</text><text x="${WIDTH}" y="${axis}" text-anchor="end" font-size="12" fill="currentColor">${last} UTC</text>`;
  const label = `Hours by source: ${strip.length} rows, ${hours.length} hours from ${first} to ${last} UTC`;
  const drawing = `<svg viewBox="0 0 ${WIDTH} ${axis + 6}" role="img" aria-label="${escapeHtml(label)}" font-family="system-ui, sans-serif">${rows.join('')}${ends}</svg>`;
  return `<div class="scroll strip" tabindex="0" role="region" aria-label="Hours by source">${drawing}</div>${legend()}`;
}

/** What the strip does not draw, and what it says. */
export function stripSentence({ windows: [window], quality, audience }: DashboardData): string {
  if (audience.kind === 'tenant')
    return 'An hour is complete when every agent heard around it was heard throughout it, and nothing it sent is missing.';
  if (window?.hours.every(({ sound, doubtful }) => sound + doubtful === 0) === true)
    return 'Nothing is known of these hours: no agent was heard in them, and no line arrived.';
  const rest = quality.more === 0 ? '' : ` ${countText(quality.more)} more with doubtful hours are not drawn.`;
  return `${countText(quality.sound)} tenants have no doubtful hour.${rest}`;
}

function legend(): string {
  const looks = Object.values(HOUR_LOOKS).map(({ name, colour, sign }) => {
    const dashed = colour === 'none' ? ' stroke="currentColor" stroke-dasharray="2 2"' : '';
    return `<li><svg width="14" height="14" aria-hidden="true"><rect x="0.5" y="0.5" width="13" height="13" fill="${colour}"${dashed}/><text x="7" y="11" text-anchor="middle" font-size="11" font-weight="700" fill="#ffffff">${sign}</text></svg> ${name}</li>`;
  });
  return `<ul class="legend">${looks.join('')}</ul>`;
}
