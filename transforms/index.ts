export { kinesisReput } from './kinesisReput.js';
export type { ReputPiece } from './Reput.js';
export { readSourceLine } from './sources/readSourceLine.js';
export { createTransform, type TransformDeps } from './transform.js';
