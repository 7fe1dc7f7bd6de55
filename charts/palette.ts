/** Colours with at least 3:1 against the page's light and dark ground, told apart by colour-blind readers (after Okabe and Ito). */
export const PALETTE = [
  '#0072b2',
  '#009e73',
  '#c4679a',
  '#8c6bb1',
  '#a6761d',
  '#5d8aa8',
  '#c0504d',
  '#6b8e23',
] as const;
/** Everybody else together, in every chart. */
export const REST = '#7a8b99';
/** The tenant that stands out. */
export const ACCENT = '#d55e00';

/**
 * A colour for each of these tenants, the most important first: the one its id hashes to, or the next that is free while
 * any is. The same list gives the same colours, in whatever chart they are drawn.
 */
export function tenantColours(ids: readonly string[]): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of new Set(ids)) {
    const at = hashOf(id) % PALETTE.length;
    const ring = [...PALETTE.slice(at), ...PALETTE.slice(0, at)];
    const colour = ring.find((one) => !taken.has(one)) ?? ring[0] ?? REST;
    taken.add(colour);
    colours.set(id, colour);
  }
  return colours;
}

/** FNV-1a, 32 bits. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
