import { HOUR_MS, humanInstant, twoDigits, type Window } from '../../model/index.js';

/** What the sentence about a noisy tenant is made of. Shares are 0 to 1. */
export interface NoisyFacts {
  readonly tenantId: string;
  readonly service: string;
  readonly window: Window;
  /** Hours of the window the figures are about; fewer than the window has when usage came and went. */
  readonly hours: number;
  readonly share: number;
  readonly peerCount: number;
  readonly peerMedianShare: number;
  readonly ratio: number;
  /** Its share of what came before the window; null when nothing did. */
  readonly before: number | null;
  /** How far back what came before begins, milliseconds before the window. */
  readonly beforeMs: number;
}

const WORDS = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
  'twenty',
];

/** A share as people say it: `30 %`, `5 %`, `5.4 %`, `0.4 %`, `0.0041 %`. */
export function percent(share: number): string {
  const value = share * 100;
  const tenths = Math.round(value * 10) / 10;
  // What one of ten thousand uses is little, and not nothing.
  if (value > 0 && tenths === 0) return `${twoDigits(value)} %`;
  return `${value >= 10 || Number.isInteger(tenths) ? Math.round(value) : tenths} %`;
}

/** `hour`, `36 hours`, `28 days`: hours up to two days, so that a young history does not pass for a long one. */
function spanBefore(ms: number): string {
  const hours = Math.round(ms / HOUR_MS);
  if (hours <= 1) return 'hour';
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

/** The finding in one plain sentence: who, what, how much, when, compared with whom, and what it was before. */
export function noisySentence(facts: NoisyFacts): string {
  const count = WORDS[facts.peerCount] ?? String(facts.peerCount);
  const peers = facts.peerCount === 1 ? 'its one peer used' : `its ${count} peers' median is`;
  const times = facts.ratio > 0 ? `, ${facts.ratio.toFixed(1)} times as much` : '';
  const span = (facts.window.end - facts.window.start) / HOUR_MS;
  const when = facts.hours < span ? `in ${facts.hours} of the ${span} hours from` : 'from';
  const before =
    facts.before === null ? '' : `; in the ${spanBefore(facts.beforeMs)} before it was ${percent(facts.before)}`;
  return `${facts.tenantId} used ${percent(facts.share)} of ${facts.service} ${when} ${humanInstant(facts.window.start)} to ${humanInstant(facts.window.end)} UTC; ${peers} ${percent(facts.peerMedianShare)}${times}${before}.`;
}

/** What all tenants did together, and that it is nobody's alone. */
export function fleetSentence(
  service: string,
  window: Window,
  of: { readonly direction: 'up' | 'down'; readonly ratio: number },
): string {
  const did = of.direction === 'up' ? 'rose' : 'fell';
  return `All tenants' use of ${service} ${did} together from ${humanInstant(window.start)} to ${humanInstant(window.end)} UTC, to ${of.ratio.toFixed(1)} times what it was at that time before: no tenant is the cause.`;
}

/** Said instead of naming a fifth of the fleet. */
export function noMajoritySentence(service: string, crowded: number, judged: number): string {
  return `More than a fifth of the tenants stand out in ${service} in ${crowded} of ${judged} hours: there is no majority to compare with, so no tenant is named.`;
}
