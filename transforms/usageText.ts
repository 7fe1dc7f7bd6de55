import type { Usage } from '../model/index.js';
import { flat, quote } from './jsonText.js';

/** Entries of the event column `usage` as JSON, with commas between them. */
export function usageText(usage: readonly Usage[]): string {
  let out = '';
  for (const entry of usage) {
    const head = entry.service === 'Pipeline' ? pipelineText(entry) : entryText(entry);
    out += out === '' ? `${head}${entry.quantity_micros}}` : `,${head}${entry.quantity_micros}}`;
  }
  return out;
}

let lastTenant: string | undefined;
const pipelineTexts = new Map<string, string>();

/** Every line has the pipeline's own entries, the same for all lines of a tenant but for the quantity. */
function pipelineText(entry: Usage): string {
  if (entry.tenant_id !== lastTenant) {
    pipelineTexts.clear();
    lastTenant = entry.tenant_id;
  }
  const known = pipelineTexts.get(entry.meter);
  if (known !== undefined) return known;
  const text = flat(entryText(entry));
  pipelineTexts.set(entry.meter, text);
  return text;
}

/** Up to the quantity. Tenants, services, meters, units and kinds are of closed sets without a character JSON escapes. */
function entryText({ tenant_id, service, resource, operation, meter, unit, kind, series }: Usage): string {
  const head = `{"tenant_id":"${tenant_id}","service":"${service}","resource":`;
  const tail = `,"meter":"${meter}","unit":"${unit}","kind":"${kind}","series":`;
  return `${head}${quote(resource)},"operation":${quote(operation)}${tail}${quote(series)},"quantity_micros":`;
}
