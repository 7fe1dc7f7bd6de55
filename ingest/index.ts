export { type DeliveryProgress, type DeliverySummary, runDelivery } from './delivery/runDelivery.js';
export { type ReplaySummary, replayQuarantine } from './replay/replayQuarantine.js';
export { SCENARIOS, type ScenarioName, simulate } from './simulator/index.js';
export { firehoseTarget } from './writers/firehoseTarget.js';
export { kinesisTarget } from './writers/kinesisTarget.js';
export type { OutgoingRecord, StreamTarget, Undelivered } from './writers/StreamTarget.js';
export { writeRecords } from './writers/writeRecords.js';
