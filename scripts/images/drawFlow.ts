import { FLOW_ARROWS, FLOW_COLUMNS, FLOW_STEPS, type FlowStep } from './flowSteps.js';

/** Pixels. */
const BOX = { width: 200, height: 86 };
const GAP = { across: 48, down: 32 };
const TOP = 36;
const MARGIN = 8;
const LINE = 17;

/** Boxes bring their own ground and so are read on any; what lies between them is this grey, read on white and on GitHub's dark ground. */
const GREY = '#6e7781';
const PAPER = '#f5f7f9';
const INK = '#1c2530';
const SOFT = '#4d5866';
/** Of boxes that are code of this repository. */
const OURS = '#0072b2';

/** The flow as one SVG that stands alone: a function of {@link FLOW_STEPS} and {@link FLOW_ARROWS}. Throws for an arrow to no step. */
export function drawFlow(): string {
  const rows = Math.max(...FLOW_STEPS.map(({ row }) => row)) + 1;
  const width = 2 * MARGIN + FLOW_COLUMNS.length * BOX.width + (FLOW_COLUMNS.length - 1) * GAP.across;
  const height = TOP + rows * BOX.height + (rows - 1) * GAP.down + MARGIN;
  const heads = FLOW_COLUMNS.map((name, column) =>
    text(name, { x: leftOf(column) + BOX.width / 2, y: 20, size: 13, fill: GREY, anchor: 'middle' }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="flow-title flow-text">
<title id="flow-title">The way of a line of log</title>
<desc id="flow-text">${escaped(describeFlow())}</desc>
<defs><marker id="flow-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="${GREY}"/></marker></defs>
${[...heads, ...FLOW_ARROWS.map(arrow), ...FLOW_STEPS.map(box)].join('\n')}
</svg>
`;
}

/** The same in words, for those who do not see it: every box with what it leads to. */
export function describeFlow(): string {
  return FLOW_STEPS.map(({ id, title, lines }) => {
    const next = FLOW_ARROWS.filter(([from]) => from === id).map(([, to]) => stepOf(to).title);
    return `${title}: ${lines.join(' ')}${next.length === 0 ? '' : `; to ${next.join(', ')}`}.`;
  }).join(' ');
}

function box({ title, lines, folder, column, row }: FlowStep): string {
  const [x, y] = [leftOf(column), topOf(row)];
  const at = (place: number): number => y + 22 + place * LINE;
  const inside = x + 12;
  return [
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${PAPER}" stroke="${folder === undefined ? GREY : OURS}"/>`,
    text(title, { x: inside, y: at(0), size: 14, fill: INK, weight: 600 }),
    ...lines.map((line, index) => text(line, { x: inside, y: at(index + 1), size: 12, fill: SOFT })),
    ...(folder === undefined ? [] : [text(`${folder}/`, { x: inside, y: at(3), size: 12, fill: OURS })]),
  ].join('\n');
}

/** Down within a column; else out of the right side, and up or down between the columns. */
function arrow([from, to, kind]: (typeof FLOW_ARROWS)[number]): string {
  const [start, end] = [stepOf(from), stepOf(to)];
  const heads = `marker-end="url(#flow-head)"${kind === 'both' ? ' marker-start="url(#flow-head)"' : ''}`;
  const path =
    start.column === end.column
      ? `M${leftOf(start.column) + BOX.width / 2} ${topOf(start.row) + BOX.height}V${topOf(end.row)}`
      : `M${leftOf(start.column) + BOX.width} ${middleOf(start)}h${GAP.across / 2}V${middleOf(end)}H${leftOf(end.column)}`;
  return `<path d="${path}" fill="none" stroke="${GREY}" stroke-width="1.5" ${heads}/>`;
}

function stepOf(id: string): FlowStep {
  const step = FLOW_STEPS.find((one) => one.id === id);
  if (step === undefined) throw new Error(`the flow has no step ${id}`);
  return step;
}

const leftOf = (column: number): number => MARGIN + column * (BOX.width + GAP.across);
const topOf = (row: number): number => TOP + row * (BOX.height + GAP.down);
const middleOf = ({ row }: FlowStep): number => topOf(row) + BOX.height / 2;

function text(
  words: string,
  look: {
    readonly x: number;
    readonly y: number;
    readonly size: number;
    readonly fill: string;
    readonly weight?: number;
    readonly anchor?: string;
  },
): string {
  const weight = look.weight === undefined ? '' : ` font-weight="${look.weight}"`;
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  return `<text x="${look.x}" y="${look.y}" font-family="system-ui, sans-serif" font-size="${look.size}"${weight}${anchor} fill="${look.fill}">${escaped(words)}</text>`;
}

const escaped = (words: string): string => words.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
