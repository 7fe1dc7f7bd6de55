import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Pixels for each of the drawing's: mail clients show it at half size on dense screens. */
const SCALE = 2;

const FONT = '@fontsource/inter/files/inter-latin-400-normal.woff2';

let renderer: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/**
 * An SVG as PNG, for mail clients and chats that show no SVG. It is drawn by resvg as WebAssembly, the same everywhere and with no
 * browser. A machine's own fonts are not looked at, since a container may have none and two machines have two: all text is in the
 * Latin letters of Inter (24 KB), which is what ids of tenants and names of services are made of. Loaded when the first is drawn.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { resolve } = createRequire(import.meta.url);
  renderer ??= load(resolve('@resvg/resvg-wasm/index_bg.wasm'));
  const [{ Resvg }, font] = await Promise.all([renderer, readFile(resolve(FONT))]);
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: [font], defaultFontFamily: 'Inter', sansSerifFamily: 'Inter', loadSystemFonts: false },
  });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}

/** Once a process: it refuses to be started twice. */
async function load(wasm: string): Promise<typeof import('@resvg/resvg-wasm')> {
  const resvg = await import('@resvg/resvg-wasm');
  await resvg.initWasm(await readFile(wasm));
  return resvg;
}
