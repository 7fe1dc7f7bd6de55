import type { CallUsage } from '../MeteredCall.js';

/** A call's input or output, of which a reader looks only at fields it knows. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the transport saw of a call. */
export interface Transport {
  /** Bytes of the request's body, or 0 when its length was not known in advance. */
  readonly requestBytes: number;
}

/** Knows one AWS service: what to ask for, and what its answers say was consumed. */
export interface ServiceReader {
  /** Name in tenantscope's meters. */
  readonly service: string;
  /** Fields added to the input, and taken out of the output again. Undefined: the call goes out as it is. */
  readonly ask?: (operation: string, input: Fields) => { readonly input: Fields; readonly strip: string } | undefined;
  /** Consumption by resource. `output` is undefined when the call failed. */
  readonly read: (
    operation: string,
    input: Fields,
    output: Fields | undefined,
    transport: Transport,
  ) => readonly CallUsage[];
}

/** An object's fields, or none when it is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** A list's objects, or none. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The value when it is text, else ''. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Bytes of text (UTF-8) or binary, 0 for anything else. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 0;
}

/** What follows the last `:` or `/` of an ARN or URL. */
export function lastPart(value: unknown): string {
  return textOf(value).split(/[:/]/).at(-1) ?? '';
}
