/** Names of the packages that an esbuild bundle carries code of, from its metafile. */
function packagesIn({ outputs }) {
  const contained = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  // The innermost: a package that another brings along in its own folder.
  const names = contained.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** What a bundle's script prints of its packages: nothing for people, all for the tests, which name a folder of their own. */
export const packagesSaid = (metafile) => (process.argv[2] === undefined ? {} : { packages: packagesIn(metafile) });
