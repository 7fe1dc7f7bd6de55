/** The calls of tenantscope in a line a shell would run, as lists of arguments. */
export function callsIn(line: string): readonly (readonly string[])[] {
  const calls: string[][] = [[]];
  for (const word of wordsOf(line)) {
    if (word.bare && ['&&', '||', '|', ';'].includes(word.text)) calls.push([]);
    else calls.at(-1)?.push(word.text);
  }
  return calls.filter(([command]) => command === 'tenantscope').map(([, ...args]) => args);
}

/** A shell's words of a line without variables: quotes are taken off, a comment ends it, `>` and what follows is left out. */
function wordsOf(line: string): readonly { readonly text: string; readonly bare: boolean }[] {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(#.*$)|([^\s'"]+)/g)].flatMap(
    ([, single, double, comment, bare]) => {
      if (comment !== undefined) return [];
      return [{ text: single ?? double ?? bare ?? '', bare: bare !== undefined }];
    },
  );
  const redirect = words.findIndex(({ text, bare }) => bare && text.startsWith('>'));
  return redirect < 0 ? words : words.slice(0, redirect);
}
