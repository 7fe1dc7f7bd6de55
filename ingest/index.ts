export {
  type DeliveryOptions,
  type DeliveryProgress,
  type DeliverySummary,
  runDelivery,
} from './delivery/runDelivery.js';
export { SCENARIOS, type ScenarioName, type SimulationSummary, simulate } from './simulator/index.js';
