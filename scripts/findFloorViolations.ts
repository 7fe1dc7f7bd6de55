import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';
import { FLOORS, SIDE_DOORS } from './floors.js';

/** One import that breaks the rules, or one cycle. */
export interface FloorViolation {
  readonly kind: 'upward' | 'internals' | 'cycle' | 'unparsable';
  readonly message: string;
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

/**
 * Checks that folders import only from lower floors and through their index, and that no cycle exists between files.
 * Type-only imports count like any other: a type that points upward couples the floors just as well. Reads the syntax
 * tree, not the compiler, since the native TypeScript compiler has no API to ask.
 *
 * @param root folder that holds the floors
 */
export function findFloorViolations(root: string): FloorViolation[] {
  const violations: FloorViolation[] = [];
  const imports: Import[] = [];
  for (const file of sourceFiles(root)) {
    const parsed = parseSync(file, readFileSync(join(root, file), 'utf8'));
    const error = parsed.errors[0];
    if (error !== undefined) violations.push({ kind: 'unparsable', message: `${file}: ${error.message}` });
    imports.push(...importsOf(file, parsed.module, readFileSync(join(root, file), 'utf8')));
  }
  for (const found of imports) violations.push(...checkImport(found));
  return [...violations, ...findCycles(imports)];
}

function sourceFiles(root: string): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walk(path);
      return entry.name.endsWith('.ts') ? [path] : [];
    });
  const present = new Set(readdirSync(root));
  return Object.keys(FLOORS)
    .filter((floor) => present.has(floor))
    .flatMap(walk)
    .sort();
}

function importsOf(file: string, module: ReturnType<typeof parseSync>['module'], text: string): Import[] {
  const specifiers = [
    ...module.staticImports.map((found) => ({ value: found.moduleRequest.value, start: found.start })),
    ...module.staticExports.flatMap((found) =>
      found.entries.flatMap((entry) =>
        entry.moduleRequest === null ? [] : [{ value: entry.moduleRequest.value, start: found.start }],
      ),
    ),
    ...module.dynamicImports.map((found) => ({
      value: text.slice(found.moduleRequest.start, found.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
      start: found.start,
    })),
  ];
  return specifiers
    .filter((specifier) => specifier.value.startsWith('.'))
    .map((specifier) => ({
      from: file,
      to: normalize(join(dirname(file), specifier.value)).replace(/\.js$/, '.ts'),
      line: text.slice(0, specifier.start).split('\n').length,
    }));
}

function checkImport({ from, to, line }: Import): FloorViolation[] {
  const floor = from.split(sep)[0] ?? '';
  const target = to.split(sep)[0] ?? '';
  if (floor === target) return [];
  const allowed = FLOORS[floor] ?? [];
  const where = `${from}:${line}`;
  if (!allowed.includes(target)) {
    const may = allowed.length === 0 ? 'nothing' : allowed.join(', ');
    return [{ kind: 'upward', message: `${where}: ${floor} may import ${may}, but imports ${to}` }];
  }
  const doors = ['index.ts', ...(SIDE_DOORS[target] ?? [])];
  if (!doors.includes(relative(target, to))) {
    return [{ kind: 'internals', message: `${where}: expected an import of ${target}/index.js, got ${to}` }];
  }
  return [];
}

function findCycles(imports: readonly Import[]): FloorViolation[] {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const targets = edges.get(from) ?? new Set<string>();
    targets.add(to);
    edges.set(from, targets);
  }
  const state = new Map<string, 'open' | 'done'>();
  const violations: FloorViolation[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      const cycle = [...path.slice(path.indexOf(file)), file];
      violations.push({ kind: 'cycle', message: `cycle: ${cycle.join(' -> ')}` });
      return;
    }
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of edges.keys()) visit(file, []);
  return violations;
}
