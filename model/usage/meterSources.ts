import * as z from 'zod';

/**
 * Which source of a service's meters counts where there are two (design decision 9: one authoritative source per meter).
 * Lines of the other are kept as events and counted nowhere; their attribute `tenantscope.cross_check` names the meters.
 */
export const meterSourcesSchema = z.strictObject({
  /** `lines`: what applications print, by the metering package or by themselves; `cloudwatch`: per-table metrics. */
  DynamoDB: z.enum(['lines', 'cloudwatch']).default('lines'),
  /** `lines`, or `access_logs`: imported server access logs. */
  S3: z.enum(['lines', 'access_logs']).default('lines'),
  /** `kubelet`: samples of the kubelet or cAdvisor; `container_insights`: performance events in CloudWatch Logs. */
  EKS: z.enum(['kubelet', 'container_insights']).default('kubelet'),
});

/** Which source of a service's meters counts. */
export type MeterSources = z.output<typeof meterSourcesSchema>;

/** What a project file that says nothing gets. */
export const DEFAULT_METER_SOURCES: MeterSources = meterSourcesSchema.parse({});
