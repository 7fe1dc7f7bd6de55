import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIG_TEMPLATE } from '../../cli/configTemplate.js';
import { parseConfigOrThrow } from '../../model/index.js';
import { editRegistryText } from '../../tenants/homes/editRegistryText.js';
import { fileHome } from '../../tenants/homes/fileHome.js';
import type { TenantEdit } from '../../tenants/RegistryState.js';

const folder = mkdtempSync(join(tmpdir(), 'file-home-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const BASE = `# mine
plans:
  - { id: pro } # the paid one
shared_namespaces: [pool]
tenants:
  - { id: acme, namespaces: [tenant-acme] } # first
  # the second
  - id: beta
    owner: a@example.com # until June
    resources:
      tables:
        - beta-* # all of them
        - old
`;
const create = (id: string, fields: object = { namespaces: [id] }): TenantEdit => ({
  id,
  create: true,
  fields: { ...fields },
});
const edit = (id: string, fields: object): TenantEdit => ({ id, create: false, fields: { ...fields } });
const tenantsOf = (text: string) => parseConfigOrThrow(text, 'f.yaml').tenants;

describe('editRegistryText', () => {
  it('adds to what init writes, and to an empty file', () => {
    for (const text of [CONFIG_TEMPLATE, '']) {
      expect(
        tenantsOf(editRegistryText(text, create('acme', { namespaces: ['tenant-acme', 'acme-jobs'] }))),
      ).toMatchObject([{ id: 'acme', namespaces: ['tenant-acme', 'acme-jobs'] }]);
    }
  });

  it('keeps comments, order and what is not named', () => {
    const added = editRegistryText(BASE, create('gamma', { name: 'Gamma: "G"', plan: 'pro', namespaces: ['g'] }));
    const text = editRegistryText(
      added,
      edit('beta', {
        owner: 'b@example.com',
        resources: { tables: ['beta-*', 'new'], hosts: ['b.example'] },
        plan: 'pro',
      }),
    );
    for (const comment of ['# mine', '# the paid one', '# first', '# the second', '# until June', '# all of them'])
      expect(text).toContain(comment);
    expect(text).toContain('owner: b@example.com # until June');
    expect(tenantsOf(text).map(({ id, name, plan, owner }) => [id, name, plan, owner])).toEqual([
      ['acme', undefined, undefined, undefined],
      ['beta', undefined, 'pro', 'b@example.com'],
      ['gamma', 'Gamma: "G"', 'pro', undefined],
    ]);
    expect(tenantsOf(text)[1]?.resources).toMatchObject({ tables: ['beta-*', 'new'], hosts: ['b.example'] });
  });

  it('takes fields out', () => {
    expect(editRegistryText(BASE, edit('beta', { owner: undefined, resources: undefined }))).not.toMatch(
      /owner|resources/,
    );
  });

  it('leaves JSON as JSON', () => {
    const text = '{"tenants":[{"id":"acme","namespaces":["a"]}],"plans":[]}';
    const next = JSON.parse(editRegistryText(editRegistryText(text, create('beta')), edit('acme', { name: 'A' })));
    expect(next).toEqual({
      tenants: [
        { id: 'acme', namespaces: ['a'], name: 'A' },
        { id: 'beta', namespaces: ['beta'] },
      ],
      plans: [],
    });
  });

  it('refuses a tenant that is not written out', () => {
    const text = 'x-base: &a { id: acme }\ntenants: [*a]\n';
    expect(() => editRegistryText(text, edit('acme', { name: 'A' }))).toThrow(/mapping of its own/);
  });

  it('means what it was told, whatever the text is, and touches no other tenant', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9 :#'"{}-]{0,12}[a-z]$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('acme', 'beta'), (name, owner, id) => {
        const after = tenantsOf(editRegistryText(BASE, edit(id, { name, owner })));
        const before = tenantsOf(BASE);
        expect(after.find((tenant) => tenant.id === id)).toMatchObject({ name, owner });
        expect(after.filter((tenant) => tenant.id !== id)).toEqual(before.filter((tenant) => tenant.id !== id));
      }),
    );
  });
});

describe('fileHome', () => {
  const file = join(folder, 'tenantscope.yaml');
  const home = fileHome({ file, cells: [] });
  const written = (text: string): void => writeFileSync(file, text);

  it.each([
    ['an id that is taken', create('acme'), /unique tenant id, got acme again/],
    ['a reserved id', create('_shared'), /got the reserved _shared/],
    ['a namespace that is taken', create('x', { namespaces: ['tenant-acme'] }), /which acme has already/],
    ['a shared namespace', edit('acme', { namespaces: ['pool'] }), /which shared_namespaces has already/],
    [
      'a resource that is taken',
      edit('acme', { resources: { tables: ['beta-*'] } }),
      /which acme has already|which beta has/,
    ],
    ['a plan that is not declared', edit('beta', { plan: 'gold' }), /declared plan \(pro\), got gold/],
  ])('refuses %s before anything is written', async (_, asked, said) => {
    written(BASE);
    const state = await home.read();
    expect(() => home.prepare(state, asked)).toThrow(said);
    expect(readFileSync(file, 'utf8')).toBe(BASE);
  });

  it('writes nothing over what somebody else wrote meanwhile', async () => {
    written(BASE);
    const state = await home.read();
    const prepared = home.prepare(state, create('gamma'));
    const theirs = BASE.replace('# mine', '# theirs');
    written(theirs);
    expect(await prepared.write()).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    expect(readdirSync(folder)).toEqual(['tenantscope.yaml']);
  });

  it('does not write while another command does', async () => {
    written(BASE);
    const prepared = home.prepare(await home.read(), create('gamma'));
    writeFileSync(`${file}.tmp`, 'half of');
    await expect(prepared.write()).rejects.toMatchObject({ code: 'LAKE_BUSY' });
    expect(readFileSync(file, 'utf8')).toBe(BASE);
    rmSync(`${file}.tmp`);
  });

  it('keeps a link a link, and the file’s mode', async () => {
    written(BASE);
    chmodSync(file, 0o640);
    const link = join(folder, 'link.yaml');
    symlinkSync(file, link);
    const linked = fileHome({ file: link, cells: [] });
    expect(await linked.prepare(await linked.read(), create('gamma')).write()).toBe(true);
    expect(tenantsOf(readFileSync(file, 'utf8'))).toHaveLength(3);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('knows the plans of the project file that names it', async () => {
    const apart = join(folder, 'tenants.yaml');
    writeFileSync(apart, 'tenants: []\n');
    const named = fileHome({ file: apart, plans: parseConfigOrThrow(BASE, file).plans, cells: [] });
    const state = await named.read();
    expect(await named.prepare(state, create('acme', { plan: 'pro', namespaces: ['a'] })).write()).toBe(true);
    expect(readFileSync(apart, 'utf8')).not.toContain('plans');
    expect(() => named.prepare(state, create('x', { plan: 'gold' }))).toThrow(/declared plan \(pro\)/);
  });
});
