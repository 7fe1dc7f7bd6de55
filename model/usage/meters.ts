/** How the quantities of a meter add up (design decision 9). */
export const METER_KINDS = ['sum', 'counter', 'sampled', 'distinct'] as const;

/** How the quantities of a meter add up. */
export type MeterKind = (typeof METER_KINDS)[number];

/** A measurable consumption of a service. */
export interface Meter {
  readonly service: string;
  readonly meter: string;
  /** Unit of one whole quantity, as FOCUS writes units (plural, capitalised; `B` for bytes). */
  readonly unit: string;
  readonly kind: MeterKind;
  readonly description: string;
}

/** The built-in meters this version can fill. Names are stable: they are keys of rate cards and reports. */
export const METERS = [
  {
    service: 'DynamoDB',
    meter: 'read_units',
    unit: 'ReadUnits',
    kind: 'sum',
    description: 'read capacity units, from ConsumedCapacity',
  },
  {
    service: 'DynamoDB',
    meter: 'write_units',
    unit: 'WriteUnits',
    kind: 'sum',
    description: 'write capacity units, from ConsumedCapacity',
  },
  {
    service: 'DynamoDB',
    meter: 'requests',
    unit: 'Requests',
    kind: 'sum',
    description: 'API calls that printed ConsumedCapacity',
  },
  { service: 'Ingress', meter: 'requests', unit: 'Requests', kind: 'sum', description: 'HTTP requests answered' },
  { service: 'Ingress', meter: 'bytes_out', unit: 'B', kind: 'sum', description: 'response body bytes' },
  { service: 'Pipeline', meter: 'log_events', unit: 'Events', kind: 'sum', description: 'log lines in the lake' },
  {
    service: 'Pipeline',
    meter: 'log_bytes',
    unit: 'B',
    kind: 'sum',
    description: "UTF-8 bytes of the lines' text, as the application wrote them",
  },
] as const satisfies readonly Meter[];

/** The meter of a service by name, or undefined. */
export function findMeter(service: string, meter: string): Meter | undefined {
  return METERS.find((candidate) => candidate.service === service && candidate.meter === meter);
}
