export { checkStatement } from './checkStatement.js';
export type { Finding } from './Finding.js';
export { conjuncts, partsOf } from './partsOf.js';
export { readStatement } from './readStatement.js';
export { typeText } from './SqlType.js';
export type { Expression, Query, Relation, Select, Table } from './Statement.js';
export { withStandIns } from './standIns.js';
export { VIEW_SHAPES } from './viewShapes.js';
