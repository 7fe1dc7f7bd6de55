export { compileRedaction } from './compileRedaction.js';
export { deaggregateKpl } from './deaggregateKpl.js';
export { decodeLines, decodeRecord } from './decodeRecord.js';
export { identify } from './identify.js';
export { kinesisReput } from './kinesisReput.js';
export { meterLine } from './meterLine.js';
export type { ReputPiece } from './Reput.js';
export { readEnvelope } from './readEnvelope.js';
export {
  dynamoRegistryItems,
  dynamoRegistryStore,
  REGISTRY_PARTITION,
  VERSION_KEY,
} from './registry/dynamoRegistryStore.js';
export { refusedBy, statusOf } from './registry/refusedBy.js';
export { registryStoreOf } from './registry/registryStoreOf.js';
export { w3cValue } from './sources/cloudFrontW3c.js';
export { readSourceLine } from './sources/readSourceLine.js';
export type { SourceLine } from './sources/SourceLine.js';
export { createTransform, type TransformDeps } from './transform.js';
export { withoutLines } from './withoutLines.js';
