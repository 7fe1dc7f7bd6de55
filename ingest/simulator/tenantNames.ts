const NAMES = [
  'acme',
  'bluenote',
  'cadenza',
  'deepgroove',
  'echowave',
  'fermata',
  'goldentone',
  'harmonia',
  'indigo-fm',
  'jukebox',
  'kantele',
  'lyrica',
  'melodeon',
  'nocturne',
  'octave',
  'prelude',
  'quaver',
  'rondo',
  'serenade',
  'tremolo',
] as const;

/** The ids of the simulated tenants, in text order; `acme` is always the first. */
export function tenantNames(count: number): string[] {
  const names: string[] = NAMES.slice(0, count);
  for (let number = names.length + 1; number <= count; number += 1) {
    names.push(`studio-${String(number).padStart(4, '0')}`);
  }
  return names.sort((a, b) => (a < b ? -1 : 1));
}

/** The namespace a simulated tenant's pods run in. */
export function namespaceOf(tenant: string): string {
  return `tenant-${tenant}`;
}

/** The namespace of the pooled search service in scenario `pooled`. */
export const SHARED_NAMESPACE = 'shared-search';
