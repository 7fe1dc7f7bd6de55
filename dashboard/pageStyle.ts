/** The page's one style sheet. Its hash stands in the content security policy. */
export const PAGE_STYLE = `
:root { color-scheme: light; --ink: #1c2530; --soft: #55616e; --line: #d5dbe1; --edge: #7f8b97; --ground: #ffffff; --panel: #f5f7f9; --accent: #b84a00; --link: #005fa3; --good: #00704f; }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; --ink: #e8ecf1; --soft: #aab4c0; --line: #333d48; --edge: #7a8794; --ground: #12171d; --panel: #1a2129; --accent: #ff9a52; --link: #6cb8f0; --good: #4fc79d; } }
:root[data-theme="dark"] { color-scheme: dark; --ink: #e8ecf1; --soft: #aab4c0; --line: #333d48; --edge: #7a8794; --ground: #12171d; --panel: #1a2129; --accent: #ff9a52; --link: #6cb8f0; --good: #4fc79d; }
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer, #notice { max-width: 1168px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 16px; }
h1 { font-size: 24px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 20px; margin: 0 0 8px; } h3 { font-size: 16px; margin: 24px 0 8px; } h4 { font-size: 14px; margin: 16px 0 4px; } h3, h4, summary, figcaption, caption, a, label { overflow-wrap: anywhere; }
section { padding: 24px 0 8px; border-top: 1px solid var(--line); }
section:first-child { border-top: 0; }
p { margin: 8px 0; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } ul { padding-left: 24px; }
.soft { color: var(--soft); font-size: 14px; }
.lead { color: var(--soft); margin-top: 0; }
.gap, .warnings { border-left: 4px solid var(--accent); padding: 4px 16px; background: var(--panel); font-size: 14px; margin: 8px 0; }
.warnings { padding-left: 32px; }
.empty { padding: 16px; background: var(--panel); border: 1px dashed var(--edge); border-radius: 8px; color: var(--soft); }
.skip { position: absolute; left: -9999px; } .skip:focus { left: 16px; top: 8px; background: var(--ground); padding: 8px; z-index: 3; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 16px; list-style: none; padding: 0; margin: 8px 0 16px; font-size: 14px; }
nav a { display: inline-block; padding: 4px 0; min-height: 24px; }
nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration-thickness: 2px; }
.toolbar { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; padding: 8px 0; }
.toolbar label, .controls label { display: flex; flex-direction: column; font-size: 12px; color: var(--soft); gap: 2px; min-width: 0; }
select, input, button { font: inherit; font-size: 14px; color: var(--ink); background: var(--ground); border: 1px solid var(--edge); border-radius: 6px; padding: 4px 8px; min-height: 32px; max-width: 100%; }
button { cursor: pointer; } button:hover { background: var(--panel); } button:disabled { color: var(--soft); cursor: default; }
button[aria-pressed="true"] { background: var(--ink); color: var(--ground); }
.controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: end; margin: 8px 0; font-size: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(184px, 1fr)); gap: 8px; padding: 0; margin: 16px 0; }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 16px; min-width: 0; }
.tile dt { font-size: 14px; } .tile dd { margin: 0; overflow-wrap: anywhere; } .tile .figure { font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile.alert { border-left: 4px solid var(--accent); }
.finding { border-left: 4px solid var(--accent); background: var(--panel); padding: 8px 16px; margin: 8px 0; border-radius: 0 8px 8px 0; }
.finding b { color: var(--accent); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; margin: 8px 0; }
caption { text-align: left; color: var(--soft); padding: 4px 0; font-size: 14px; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
thead th { font-weight: 600; color: var(--soft); vertical-align: bottom; white-space: normal; }
th button { border: 0; background: none; padding: 2px 0; min-height: 24px; font-weight: 600; color: inherit; text-align: inherit; }
th button:hover { text-decoration: underline; background: none; }
.n { text-align: right; } td.wrap { white-space: normal; min-width: 200px; overflow-wrap: anywhere; }
tbody th bdi { display: inline-block; max-width: 320px; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
tr.chosen { background: var(--panel); box-shadow: inset 4px 0 0 var(--accent); }
tr.loss td, .loss { color: var(--accent); }
figure { margin: 8px 0; color: var(--soft); } figure svg, .strip svg { width: 100%; height: auto; display: block; }
.strip svg { min-width: 640px; color: var(--ink); }
.narrow { display: none; }
.chart { position: relative; width: 100%; border-radius: 6px; } .chart canvas { max-width: 100%; }
.said { min-height: 24px; margin: 0; font-size: 14px; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 8px 0; font-size: 13px; color: var(--ink); } .legend svg { vertical-align: -1px; }
.spark { display: block; width: 96px; height: 24px; fill: none; stroke: var(--link); stroke-width: 1.5; stroke-linecap: round; }
.meter { display: block; width: 96px; height: 12px; } .mark { fill: var(--link); } .mark.out { fill: var(--accent); }
.source { font-size: 13px; color: var(--soft); } code { font-size: 13px; overflow-wrap: anywhere; white-space: normal; color: var(--ink); }
.source button { min-height: 24px; padding: 0 8px; font-size: 12px; }
details { margin: 8px 0; } summary { cursor: pointer; padding: 4px 0; font-size: 14px; min-height: 24px; }
.skeleton { height: 240px; border-radius: 8px; background: var(--panel); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 640px) { .wide, .roomy { display: none; } .narrow { display: block; } h1 { font-size: 20px; } .toolbar label { flex: 1 1 40%; } .tiles { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); } .tile { padding: 8px; } .tile .figure { font-size: 17px; } tbody th bdi { max-width: 120px; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print { :root, :root[data-theme] { color-scheme: light; --ink: #000; --soft: #333; --line: #bbb; --ground: #fff; --panel: #fff; --accent: #8a3800; --link: #000; } #toolbar, nav, .controls, .said, .source button, .skip { display: none; } section { break-inside: auto; } .tile, .finding, figure, .chart, tr { break-inside: avoid; } .scroll { overflow: visible; } table { font-size: 11px; } td, th { white-space: normal; padding: 2px 4px; } body { font-size: 12px; } }
`;
