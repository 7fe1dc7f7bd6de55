export { kinesisReput } from './kinesisReput.js';
export type { ReputPiece } from './Reput.js';
export { createTransform, type TransformDeps } from './transform.js';
