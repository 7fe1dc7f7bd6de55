/** How esbuild bundles every function. */
export const lambdaSettings = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  metafile: true,
  // Some dependencies of dependencies are CommonJS and call require for Node's own modules.
  banner: {
    js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
  },
};

/** And where a part of it is loaded only when it is needed. */
export const splitSettings = { ...lambdaSettings, splitting: true, outExtension: { '.js': '.mjs' } };
