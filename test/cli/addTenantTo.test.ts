import { describe, expect, it } from 'vitest';
import { addTenantTo } from '../../cli/addTenantTo.js';
import { CONFIG_TEMPLATE } from '../../cli/configTemplate.js';
import { parseConfigOrThrow } from '../../model/index.js';

const BASE = `# mine
plans:
  - { id: pro } # the paid one
shared_namespaces: [pool]
tenants:
  - { id: acme, namespaces: [tenant-acme] } # first
`;

describe('addTenantTo', () => {
  it('adds to what init writes, and the result is valid', () => {
    const text = addTenantTo(CONFIG_TEMPLATE, 'f.yaml', { id: 'acme', namespaces: ['tenant-acme', 'acme-jobs'] });
    expect(parseConfigOrThrow(text, 'f.yaml').tenants).toMatchObject([
      { id: 'acme', namespaces: ['tenant-acme', 'acme-jobs'] },
    ]);
  });

  it('adds to an empty file', () => {
    const text = addTenantTo('', 'f.yaml', { id: 'acme', namespaces: ['a'] });
    expect(parseConfigOrThrow(text, 'f.yaml').tenants).toHaveLength(1);
  });

  it('keeps comments and the tenants that are there', () => {
    const text = addTenantTo(BASE, 'f.yaml', {
      id: 'beta',
      plan: 'pro',
      name: 'Beta: "B"',
      namespaces: ['tenant-beta'],
    });
    for (const comment of ['# mine', '# the paid one', '# first']) expect(text).toContain(comment);
    expect(parseConfigOrThrow(text, 'f.yaml').tenants.map(({ id, name, plan }) => [id, name, plan])).toEqual([
      ['acme', undefined, undefined],
      ['beta', 'Beta: "B"', 'pro'],
    ]);
  });

  it.each([
    ['an id that is taken', { id: 'acme', namespaces: ['x'] }, /unique tenant id, got acme again/],
    ['a reserved id', { id: '_shared', namespaces: ['x'] }, /got the reserved _shared/],
    ['an id in upper case', { id: 'Acme', namespaces: ['x'] }, /expected a tenant id: lower-case/],
    ['a namespace that is taken', { id: 'beta', namespaces: ['tenant-acme'] }, /which acme has already/],
    ['a shared namespace', { id: 'beta', namespaces: ['pool'] }, /which shared_namespaces has already/],
    ['a namespace that is none', { id: 'beta', namespaces: ['A_B'] }, /expected a Kubernetes namespace name/],
    ['a plan that is not declared', { id: 'beta', plan: 'gold', namespaces: ['x'] }, /declared plan \(pro\), got gold/],
  ])('refuses %s', (_, tenant, said) => {
    expect(() => addTenantTo(BASE, 'f.yaml', tenant)).toThrow(said);
  });

  it('refuses a file that has a problem already', () => {
    expect(() => addTenantTo('lak: x\n', 'f.yaml', { id: 'beta', namespaces: [] })).toThrow(
      /f\.yaml has problems already/,
    );
  });
});
