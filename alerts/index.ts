export { detect } from './detection/detect.js';
export { priceUsage } from './detection/priceUsage.js';
export { formatFindings } from './formatFindings.js';
