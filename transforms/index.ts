export { decodeRecord } from './decodeRecord.js';
export { identify } from './identify.js';
export { kinesisReput } from './kinesisReput.js';
export type { ReputPiece } from './Reput.js';
export { readEnvelope } from './readEnvelope.js';
export { compileRedaction } from './redactText.js';
export { w3cValue } from './sources/cloudFrontW3c.js';
export { readSourceLine } from './sources/readSourceLine.js';
export { createTransform, type TransformDeps } from './transform.js';
