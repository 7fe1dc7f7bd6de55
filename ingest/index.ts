export { type DeliveryProgress, type DeliverySummary, runDelivery } from './delivery/runDelivery.js';
export { SCENARIOS, type ScenarioName, simulate } from './simulator/index.js';
