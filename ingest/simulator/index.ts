export { COMPRESSIONS, type Compression } from './compression.js';
export { SCENARIOS, type ScenarioName, type SimulateOptions, type SimulationSummary } from './SimulateOptions.js';
export { simulate } from './simulate.js';
