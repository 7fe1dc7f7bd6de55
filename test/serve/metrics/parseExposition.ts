/** A value as a reader of the format has it. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads OpenMetrics or the text format, by the letter of OpenMetrics 1.0.0's grammar as far as we write it. Throws on anything else. */
export function parseExposition(text: string): readonly ParsedSample[] {
  const samples: ParsedSample[] = [];
  if (!text.endsWith('\n')) throw new Error('does not end with a line feed');
  for (const line of text.slice(0, -1).split('\n')) {
    if (/^# (TYPE|UNIT|HELP) [a-z_]+ \S/.test(line) || line === '# EOF') continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\}))?)*)\})? (NaN|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(
        line,
      ) ?? [];
    if (name === '') throw new Error(`not a line of the format: ${JSON.stringify(line)}`);
    const pairs = [...labels.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, label = '', escaped = '']): [string, string] => [
        label,
        escaped.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)),
      ],
    );
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) });
  }
  return samples;
}
