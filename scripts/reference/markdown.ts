/** The first lines of every generated page: whoever reads it must not edit it. */
export function page(title: string, source: string, ...parts: readonly string[]): string {
  const notice = `Written by \`npm run docs:reference\` from ${source}. Do not edit it here.`;
  return `${[`# ${title}`, notice, ...parts].join('\n\n')}\n`;
}

/** A Markdown table. Bars and line ends in cells are escaped, so that a cell stays one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text as code, unless there is none. */
export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
