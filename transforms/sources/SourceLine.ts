import type { MeterKind, MeterSources, Micros, Problem, ResourceKind } from '../../model/index.js';
import type { ParsedText } from '../ParsedText.js';

/** A resource a line names, by which the registry finds who consumed. */
export interface NamedResource {
  readonly kind: ResourceKind | 'namespaces';
  readonly name: string;
}

/** One quantity of an imported line, before its consumer is known. */
export interface SourceUsage {
  readonly service: string;
  readonly resource: string;
  readonly operation: string;
  readonly meter: string;
  /** When it differs from the meter's own kind. */
  readonly kind?: MeterKind;
  /** Identity of a cumulative series, or the member of a distinct count. */
  readonly series?: string;
  readonly quantity: Micros;
}

/** An imported line, read. */
export interface SourceLine {
  readonly parsed: ParsedText;
  /** Resources by which the tenant is sought, most telling first. */
  readonly resources: readonly NamedResource[];
  readonly usage: readonly SourceUsage[];
  readonly problems: readonly Problem[];
  /** The choice of `meter_sources` under which this usage counts; absent when it is the only source of its meters. */
  readonly counts?: Partial<MeterSources>;
}

/** Reads a line of one source; undefined when it is none. `file` is what the importer read it from,
 * `seenAt` when (epoch milliseconds), for formats that print no year. */
export type SourceReader = (text: string, file: string, seenAt: number) => SourceLine | undefined;
