const ADDED = /^ \d{1,18} "([^"]{0,512})" "([^"]{0,2048})" (\d{1,15})ms$/;
/** Quotes of the router and the server's URL, and the one that ends the agent. */
const QUOTES = 5;

/** What stands behind status and bytes in traefik's common log format. */
export interface TraefikTail {
  readonly referer: string;
  readonly agent: string;
  readonly router: string;
  readonly serverUrl: string;
  readonly durationMs: number;
}

/**
 * Reads `"referer" "agent" requests "router" "server URL" 12ms`, which begins at `from`, or undefined. It is read from its end:
 * traefik escapes no quotes of the agent.
 */
export function readTraefikTail(text: string, from: number): TraefikTail | undefined {
  if (!text.endsWith('ms')) return undefined;
  let end = text.length;
  for (let quote = 0; quote < QUOTES && end > from; quote += 1) end = text.lastIndexOf('"', end - 1);
  const added = end > from ? ADDED.exec(text.slice(end + 1)) : null;
  const between = text.indexOf('" "', from);
  if (added === null || text[from] !== '"' || between < 0 || between + 2 >= end) return undefined;
  const [, router = '', serverUrl = '', took] = added;
  return {
    referer: text.slice(from + 1, between),
    agent: text.slice(between + 3, end),
    router,
    serverUrl,
    durationMs: Number(took),
  };
}
