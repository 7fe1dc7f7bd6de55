export * from './CollectorOptions.js';
export * from './FluentBitVersion.js';
export * from './renderCollector.js';
export * from './renderSidecar.js';
export * from './SidecarOptions.js';
export * from './sidecarNames.js';
export * from './verifySidecar.js';
