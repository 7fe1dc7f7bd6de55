import { describe, expect, it } from 'vitest';
import { settingsOf, templatesOf } from './synthesise.js';

const templates = Object.entries(
  templatesOf(
    settingsOf({
      cells: [{ id: 'gold' }],
      people: { tenants: ['acme'] },
      tenants: { table: true, mail_from: 'platform@example.com' },
    }),
  ),
).map(([stack, template]) => [stack, JSON.stringify(template.toJSON())] as const);

/** A template's text as CloudFormation puts a partition and region in. */
const placed = (text: string, partition: string, region: string, suffix: string): string =>
  text.replaceAll(/\{"Fn::Join":\["",\[((?:"(?:[^"\\]|\\.)*"|\{"Ref":"[^"]+"\}|,)*)\]\]\}/g, (_, parts: string) => {
    return JSON.stringify(
      (JSON.parse(`[${parts}]`) as (string | { readonly Ref: string })[])
        .map((part) => {
          if (typeof part === 'string') return part;
          const pseudo: Readonly<Record<string, string>> = {
            'AWS::Partition': partition,
            'AWS::Region': region,
            'AWS::URLSuffix': suffix,
            'AWS::AccountId': '111122223333',
          };
          return pseudo[part.Ref] ?? part.Ref;
        })
        .join(''),
    );
  });

describe.each(templates)('%s', (_, text) => {
  it('names no region and no partition of its own', () => {
    expect(text).not.toMatch(
      /\b(?:us|eu|ap|sa|ca|me|af|cn|il|mx)-(?:gov-)?(?:north|south|east|west|central)[a-z]*-\d\b/,
    );
    expect(text).not.toMatch(/arn:aws[a-z-]*:/);
  });

  it.each([
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
    ['aws', 'eu-central-1', 'amazonaws.com'],
  ])('is right in %s', (partition, region, suffix) => {
    const there = placed(text, partition, region, suffix);
    const arns = [...there.matchAll(/arn:([a-z-]+):/g)].map(([, name]) => name);
    expect(new Set(arns)).toEqual(new Set(arns.length === 0 ? [] : [partition]));
    // The one principal that is another's in another partition (aws-cdk-lib/region-info).
    const logs = [...there.matchAll(/"(logs\.[^"]+)"/g)].map(([, principal]) => principal);
    expect(new Set(logs)).toEqual(new Set(logs.length === 0 ? [] : [`logs.${region}.${suffix}`]));
    for (const [, services = ''] of there.matchAll(/"kms:ViaService":\[([^\]]*)\]/g))
      expect(services).toMatch(new RegExp(`^"(\\w+)\\.${region}\\.amazonaws\\.com","\\1\\.${region}\\.${suffix}"$`));
    expect(there).not.toMatch(/"kms:ViaService":"/);
  });
});

it('checks principals, conditions and ARNs that are there', () => {
  const all = templates.map(([, text]) => text).join('');
  expect(all.match(/"kms:ViaService"/g)?.length).toBeGreaterThan(5);
  expect(all).toContain('"logs."');
  expect(all).toContain('"AWS::Partition"');
});
