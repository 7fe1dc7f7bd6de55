export type { CallUsage, MeteredCall } from './MeteredCall.js';
export { type MeterableClient, type MeterOptions, meter } from './meter.js';
export { type FirehoseSinkOptions, firehoseSink } from './sinks/firehoseSink.js';
export { type KinesisSinkOptions, kinesisSink } from './sinks/kinesisSink.js';
export type { PodIdentity, StreamSink } from './sinks/StreamSink.js';
export { type MeteringSink, stdoutSink } from './sinks/stdoutSink.js';
export { currentTenant, runWithTenant } from './tenantContext.js';
