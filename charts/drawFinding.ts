import { HOUR_MS, humanInstant } from '../model/index.js';
import { againstPast } from './againstPast.js';
import { describeFinding } from './describeFinding.js';
import type { FindingPicture } from './FindingPicture.js';
import { renderSvg } from './renderSvg.js';
import { shareRanking } from './shareCharts.js';

/** Pixels; what a mail shows without scrolling, and a chat without a click. */
const WIDTH = 720;
const MARGIN = 16;
const HEAD = 56;
const CAPTION = 24;
const PAST = 200;
const BAR = 24;

/** Bars at most: the tenant is one of them, wherever it stands. */
const BARS = 10;
/** Of a name in the heading. */
const NAME = 28;

/** On white in every mail client and chat, dark ones too. */
const GROUND = '#ffffff';
const INK = '#1c2530';
const SOFT = '#5b6775';

/**
 * A finding as one SVG that stands alone: the tenant against its peers above, against its own past below. No script, no style,
 * nothing from elsewhere; names from outside are escaped and cut. Equal data gives equal bytes.
 */
export function drawFinding(picture: FindingPicture): string {
  const { tenantId, service, window, past, expected, unit } = picture;
  const bars = barsOf(picture);
  const ranking = 48 + BAR * bars.length;
  const height = HEAD + CAPTION + ranking + CAPTION + PAST + MARGIN;
  const top = HEAD + CAPTION + ranking;
  const inner = WIDTH - 2 * MARGIN;
  const chart = (option: Parameters<typeof renderSvg>[0], y: number, size: number, idPrefix: string): string =>
    renderSvg(option, { width: inner, height: size, idPrefix })
      .replace('<svg ', `<svg x="${MARGIN}" y="${y}" `)
      .replaceAll('currentColor', INK);
  const upper = chart(
    withinWhole(
      shareRanking({
        tenants: bars.map(({ id, share }) => ({ id: printed(id), share, flagged: id === tenantId })),
        peerMedian: picture.peerMedian,
      }),
      bars[0]?.share ?? 0,
    ),
    HEAD + CAPTION,
    ranking,
    'peers',
  );
  const lower = chart(
    againstPast({
      labels: past.map(({ start }) => labelOf(start, window.end - window.start)),
      amounts: past.map(({ amount }) => amount),
      unit,
      expected,
    }),
    top + CAPTION,
    PAST,
    'past',
  );
  const title = `${shortName(tenantId)} in ${shortName(service)}`;
  const shown = bars.length === picture.tenants.length ? '' : `, ${bars.length} of ${picture.tenants.length} tenants`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="finding-title finding-text">
<title id="finding-title">${escaped(title)}</title>
<desc id="finding-text">${escaped(describeFinding(picture))}</desc>
<rect width="${WIDTH}" height="${height}" fill="${GROUND}"/>
${line(title, MARGIN, 28, 18, INK)}
${line(`${humanInstant(window.start)} to ${humanInstant(window.end)} UTC`, MARGIN, 48, 12, SOFT)}
${line(`Share of ${shortName(service)} in this window${shown}`, MARGIN, HEAD + 18, 13, INK)}
${upper}
${line(`What it used until then, each point ${stepOf(window.end - window.start)}, in ${unit === 'USD' ? 'dollars at list price' : shortName(unit)}`, MARGIN, top + 18, 13, INK)}
${lower}
</svg>
`;
}

/** An axis of shares ends at the whole, and not at the next round step beyond it. */
function withinWhole(option: ReturnType<typeof shareRanking>, greatest: number): ReturnType<typeof shareRanking> {
  return greatest < 0.75 ? option : { ...option, xAxis: { ...Object(option.xAxis), max: 1 } };
}

/** The greatest, and the tenant even when it is none of them. */
function barsOf({ tenants, tenantId }: FindingPicture): FindingPicture['tenants'] {
  const first = tenants.slice(0, BARS);
  const own = tenants.find(({ id }) => id === tenantId);
  return own === undefined || first.includes(own) ? first : [...first.slice(0, BARS - 1), own];
}

const stepOf = (ms: number): string => (ms === HOUR_MS ? 'an hour' : `${Math.round(ms / 60_000)} minutes`);

/** Short windows lie within a day. */
function labelOf(start: number, windowMs: number): string {
  const text = humanInstant(start);
  return windowMs < HOUR_MS ? text.slice(11) : text.slice(5);
}

function line(text: string, x: number, y: number, size: number, fill: string): string {
  return `<text x="${x}" y="${y}" font-family="system-ui, sans-serif" font-size="${size}" fill="${fill}">${escaped(text)}</text>`;
}

function shortName(name: string): string {
  const letters = [...printed(name)];
  return letters.length > NAME ? `${letters.slice(0, NAME - 1).join('')}…` : letters.join('');
}

/** A name without what XML has no way to write, ends a line, or turns the direction of what follows. */
function printed(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
}

function escaped(text: string): string {
  return printed(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
