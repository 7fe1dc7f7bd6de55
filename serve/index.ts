export { answerRequest, DATA_PATH, reasonOf, type Served } from './answerRequest.js';
export { grafanaFiles } from './grafana/grafanaFiles.js';
export { LiveReading } from './LiveReading.js';
export type { MetricFacts } from './metrics/MetricFacts.js';
export { startServer } from './startServer.js';
