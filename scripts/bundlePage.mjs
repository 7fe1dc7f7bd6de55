// Bundles the page's script for browsers: dashboard/client and the charts it draws, into one file that is put into every page.
// The licences of what is in it go beside it, and into the page as its first line.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const LICENCES = ['echarts/LICENSE', 'echarts/NOTICE', 'zrender/LICENSE', 'tslib/LICENSE.txt'];

export async function bundlePage(out) {
  await build({
    entryPoints: ['dashboard/client/main.ts'],
    outfile: `${out}/page.js`,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    // What charts need in Node alone is left out with the modules that need it; the check below would see the rest.
    define: { 'import.meta.url': '""' },
    external: ['node:*', '@resvg/*', '@fontsource/*'],
    legalComments: 'none',
    tsconfig: 'dashboard/client/tsconfig.json',
    banner: {
      js: '/* tenantscope, Apache-2.0; with Apache ECharts (Apache-2.0), zrender (BSD-3-Clause), tslib (0BSD) */',
    },
  });
  if (/node:|@resvg|@fontsource/.test(readFileSync(`${out}/page.js`, 'utf8')))
    throw new Error('the bundle needs what no browser has');
  // It stands in an element of the page, which such a text would end.
  if (/<\/script|<!--/i.test(readFileSync(`${out}/page.js`, 'utf8')))
    throw new Error('the bundle would end its own element');
  const licences = LICENCES.map((file) => `${file}\n\n${readFileSync(`node_modules/${file}`, 'utf8')}`);
  writeFileSync(`${out}/page.LICENSES.txt`, licences.join('\n\n'));
}
