import type { Signal } from '../detection/TenantFacts.js';

/** What the infrastructure said of a service in the window that starts then (epoch milliseconds); undefined when nothing did. */
export type SignalOf = (service: string, start: number) => Signal | undefined;
