/** The page's one style sheet. Its hash stands in the content security policy. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #5b6775; --line: #d9dee4; --ground: #ffffff; --panel: #f6f8fa; --accent: #b84a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #a7b1bd; --line: #333d48; --ground: #12171d; --panel: #1a2129; --accent: #ff9a52; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main, header { max-width: 1120px; margin: 0 auto; padding: 16px; }
h1 { font-size: 24px; margin: 8px 0; } h2 { font-size: 20px; margin: 32px 0 8px; } h3 { font-size: 16px; margin: 24px 0 8px; }
p { margin: 8px 0; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } .soft { color: var(--soft); font-size: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 8px; padding: 0; margin: 16px 0; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; }
.tile b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
.finding { border-left: 4px solid var(--accent); background: var(--panel); padding: 8px 16px; margin: 8px 0; border-radius: 0 8px 8px 0; }
.finding b { color: var(--accent); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
caption { text-align: left; color: var(--soft); padding: 4px 0; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.n, th.n { text-align: right; }
figure { margin: 8px 0; color: var(--soft); } figcaption { color: var(--soft); font-size: 14px; }
figure svg { width: 100%; height: auto; display: block; }
.narrow { display: none; }
@media (max-width: 640px) { .wide { display: none; } .narrow { display: block; } }
code { font-size: 13px; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: 4px 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print { details { display: none; } .finding, .tile { break-inside: avoid; } }
`;
