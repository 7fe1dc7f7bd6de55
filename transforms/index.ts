export { decodeRecord } from './decodeRecord.js';
export { type IdentityRules, identify, type Verdict } from './identify.js';
export { kinesisReput } from './kinesisReput.js';
export type { Reput, ReputPiece } from './Reput.js';
export { createTransform, type TransformDeps } from './transform.js';
