/** Tenants' places kept for `_shared`, `_unknown` and the other reserved tenants. */
export const RESERVED_PLACES = 5;

/** Part of Firehose's quota at which the alarm of a cell goes off. */
const ALARM_SHARE = 0.8;

/** Around midnight UTC a tenant has two active partitions: of the day before, and of the day. */
export const PARTITIONS_PER_TENANT = 2;

/** Active partitions of a delivery stream unless the quota is raised (Firehose, "Dynamic partitions"). */
export const DEFAULT_PARTITION_QUOTA = 500;

/** Tenants a cell holds before its partition alarm goes off at midnight: 195 at the default quota of 500 (design decision 14). */
export function cellCapacity(partitionQuota: number): number {
  return Math.floor((ALARM_SHARE * partitionQuota) / PARTITIONS_PER_TENANT) - RESERVED_PLACES;
}

/** Active partitions at which the alarm of a cell goes off. */
export function partitionAlarm(partitionQuota: number): number {
  return Math.floor(ALARM_SHARE * partitionQuota);
}
