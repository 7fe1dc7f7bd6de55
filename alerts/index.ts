export { backtest } from './backtest/backtest.js';
export { formatBacktest } from './backtest/formatBacktest.js';
export { BACKTEST_FILES, type BacktestRow, parseBacktestCsv } from './backtest/parseBacktestCsv.js';
export { detect } from './detection/detect.js';
export { priceUsage } from './detection/priceUsage.js';
export { formatFindings } from './formatFindings.js';
