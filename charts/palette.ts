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
