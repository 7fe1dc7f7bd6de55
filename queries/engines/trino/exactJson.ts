const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * JSON.parse with every number kept as its text. Trino sends BIGINT as a bare number, which a double cannot hold; what a
 * number is follows from its column's declared type, so the text is all that is needed. Linear, whatever the strings hold.
 */
export function parseExactJson(json: string): unknown {
  const parts: string[] = [];
  let at = 0;
  while (at < json.length) {
    const open = json.indexOf('"', at);
    const plain = open < 0 ? json.slice(at) : json.slice(at, open);
    parts.push(plain.replace(NUMBER, '"$&"'));
    if (open < 0) break;
    at = endOfString(json, open);
    parts.push(json.slice(open, at));
  }
  return JSON.parse(parts.join(''));
}

function endOfString(json: string, open: number): number {
  let quote = json.indexOf('"', open + 1);
  while (quote >= 0) {
    let slash = quote - 1;
    while (json[slash] === '\\') slash -= 1;
    // An even number of backslashes before a quote escape each other, not the quote.
    if ((quote - slash) % 2 === 1) return quote + 1;
    quote = json.indexOf('"', quote + 1);
  }
  return json.length;
}
