export { renderSvg } from './renderSvg.js';
export { shareOverTime, shareRanking } from './shareCharts.js';
