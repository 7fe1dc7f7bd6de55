import { describe, expect, it } from 'vitest';
import { NamesOfOthers } from '../../../dashboard/gather/NamesOfOthers.js';
import { tenantSchema } from '../../../model/index.js';

const tenant = (id: string, more: object = {}) => tenantSchema.parse({ id, ...more });
const acme = tenant('acme', { owner: 'team-a' });
const names = new NamesOfOthers(
  acme,
  [acme, tenant('globex', { name: 'Globex Ltd', owner: 'team-a', billing_account: 'A-77', namespaces: ['gx-prod'] })],
  ['acme', 'globex', 'late', '_unknown'],
);

describe('NamesOfOthers', () => {
  it.each([
    'globex',
    'globex-tracks',
    'tables/GLOBEX/x',
    'of Globex Ltd.',
    'A-77',
    'gx-prod_plays',
    'late',
    'ｇｌｏｂｅｘ',
  ])('withholds %s', (text) => {
    expect(names.withheld(text)).toBe('(withheld: it names another tenant)');
  });

  it.each(['acme-tracks', 'globexport', 'translate', 'A-771', 'team-a', '_unknown', ''])('lets %s stand', (text) => {
    expect(names.withheld(text)).toBe(text);
  });
});
