export { describeFinding } from './describeFinding.js';
export { drawFinding } from './drawFinding.js';
export type { FindingPicture } from './FindingPicture.js';
export { renderPng } from './renderPng.js';
export { renderSvg } from './renderSvg.js';
export { shareOverTime, shareRanking } from './shareCharts.js';
