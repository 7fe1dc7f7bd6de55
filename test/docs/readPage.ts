/** What a page says is to be run, and what it shows of it. */
export interface RunnableBlock {
  /** Of its first line, from 1. */
  readonly line: number;
  readonly commands: string;
  readonly exitCode: number;
  /** What the page shows as the output; undefined when it shows none. */
  readonly output?: string;
  /** The same of what goes to stderr. */
  readonly notes?: string;
}

/** A page with blocks to run, in order, in one fresh directory. */
export interface RunnablePage {
  /** What lies in the directory: nothing, or what `tenantscope demo --out .` makes, with its tenantscope.yaml. */
  readonly directory: 'empty' | 'demo';
  readonly blocks: readonly RunnableBlock[];
}

/**
 * Reads the marks of a page: `<!-- runs in: demo -->` once (default: empty), `<!-- run -->` or `<!-- run: exit 1 -->` before a block
 * of commands, `<!-- output -->` before the block with what they print, `<!-- output: notes -->` with what goes to stderr. `<!-- prepare: COMMANDS -->` is what the reader has done by
 * then, with the demo's folder in `$DEMO`. `<!-- not run: WHY -->` stands before a block that cannot be run here. Blocks are fenced or indented. Throws on a mark without a
 * block, so that none is passed over.
 */
export function readPage(text: string): RunnablePage {
  const lines = text.split('\n');
  const blocks: RunnableBlock[] = [];
  let directory: RunnablePage['directory'] = 'empty';
  lines.forEach((line, index) => {
    const mark = /^<!-- *(runs in|prepare|run|not run|output)(?:: *(.*?))? *-->$/.exec(line.trim());
    if (mark === null) return;
    const [, kind, detail = ''] = mark;
    if (kind === 'runs in') {
      if (detail !== 'demo' && detail !== 'empty') throw new Error(`line ${index + 1}: runs in: demo or empty`);
      directory = detail;
      return;
    }
    if (kind === 'prepare') {
      blocks.push({ line: index + 1, commands: detail, exitCode: 0 });
      return;
    }
    const block = blockAfter(lines, index + 1);
    if (block === undefined) throw new Error(`line ${index + 1}: ${line.trim()} stands before no block`);
    if (kind === 'not run') {
      if (detail === '') throw new Error(`line ${index + 1}: not run: why?`);
      return;
    }
    if (kind === 'run') {
      const exit = detail === '' ? 0 : Number(/^exit (\d+)$/.exec(detail)?.[1] ?? Number.NaN);
      if (Number.isNaN(exit)) throw new Error(`line ${index + 1}: run: exit N`);
      blocks.push({ line: block.line, commands: block.text, exitCode: exit });
      return;
    }
    const last = blocks.at(-1);
    if (last === undefined) throw new Error(`line ${index + 1}: output of what?`);
    if (detail !== '' && detail !== 'notes') throw new Error(`line ${index + 1}: output, or output: notes`);
    blocks[blocks.length - 1] = { ...last, [detail === 'notes' ? 'notes' : 'output']: block.text };
  });
  return { directory, blocks };
}

/** Lines, from 1, of blocks of commands before which no mark says whether they are run. */
export function unmarkedCommands(text: string): readonly number[] {
  const lines = text.split('\n');
  const found: number[] = [];
  let fenced = false;
  lines.forEach((line, index) => {
    const opens = !fenced && line.startsWith('```');
    if (line.startsWith('```')) fenced = !fenced;
    const indented = !fenced && /^ {4}(?:npx|npm|tenantscope|git) /.test(line) && lines[index - 1]?.trim() === '';
    if (!indented && !(opens && /^```(?:sh|bash)$/.test(line))) return;
    const before = lines.slice(0, index).findLast((each) => each.trim() !== '');
    if (!/^<!-- *(?:run|not run)\b.*-->$/.test(before ?? '')) found.push(index + 1);
  });
  return found;
}

function blockAfter(
  lines: readonly string[],
  from: number,
): { readonly line: number; readonly text: string } | undefined {
  let start = from;
  while (lines[start]?.trim() === '') start += 1;
  const first = lines[start];
  if (first === undefined) return undefined;
  const fence = /^(`{3,})/.exec(first)?.[1];
  if (fence !== undefined) {
    const end = lines.indexOf(fence, start + 1);
    return end < 0 ? undefined : { line: start + 2, text: lines.slice(start + 1, end).join('\n') };
  }
  const taken = [];
  for (let at = start; /^ {4}|^\s*$/.test(lines[at] ?? 'x'); at += 1) taken.push((lines[at] ?? '').slice(4));
  const text = taken.join('\n').trimEnd();
  return text === '' ? undefined : { line: start + 1, text };
}

/**
 * Whether what was printed is what a page shows: `…` in a line stands for any text in it, a line with nothing but `…` for any lines.
 * Space at the ends of lines does not count, nor how CSV ends them.
 */
export function isShown(printed: string, shown: string): boolean {
  const trimmed = (text: string): string => text.replaceAll(/[ \t\r]+$/gm, '').trim();
  const pattern = trimmed(shown)
    .split('\n')
    .map((line) => (line.trim() === '…' ? '(?:[^\n]*\n)*?' : `${line.split('…').map(escaped).join('[^\n]*')}\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${trimmed(printed)}\n`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
