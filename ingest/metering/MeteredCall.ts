/** What one call consumed of one resource: the resource's name and quantities by meter, such as `{"resource":"orders","read_units":0.5}`. */
export type CallUsage = { readonly resource: string } & { readonly [meter: string]: string | number };

/**
 * One metered call, as printed: `{"time":…,"metering":{…}}`, one line of JSON. Quantities are those the service
 * returned, never estimates; a call whose answer names none has only `requests`.
 */
export interface MeteredCall {
  /** Version of this shape. */
  readonly v: 1;
  /** Service as in tenantscope's meters: DynamoDB, S3, SQS, SNS, SES, Lambda. */
  readonly service: string;
  /** API operation, without `Command`. */
  readonly operation: string;
  /** The consuming tenant; absent when neither argument nor context named one. */
  readonly tenant_id?: string;
  readonly usage: readonly CallUsage[];
  /** Milliseconds from the call to its answer, retries included, rounded. */
  readonly duration_ms: number;
  /** Name of the error the application was given. */
  readonly error?: string;
}

/** The line of a call, without a line end. `time` is epoch milliseconds of its end. */
export function formatCall(call: MeteredCall, time: number): string {
  return JSON.stringify({ time: new Date(time).toISOString(), metering: call });
}
