import { describe, expect, it } from 'vitest';
import { isShown, readPage, unmarkedCommands } from './readPage.js';

describe('readPage', () => {
  it('finds marked blocks, fenced and indented, with what they show', () => {
    const page = readPage(
      [
        '<!-- runs in: demo -->',
        'Text.',
        '',
        '<!-- run -->',
        '',
        '    tenantscope vet',
        '    tenantscope report list',
        '',
        '<!-- output -->',
        '```',
        'a table',
        '```',
        '<!-- output: notes -->',
        '    a note',
        'Text.',
        '',
        '    not marked',
        '<!-- run: exit 65 -->',
        '```sh',
        'tenantscope config show nothing',
        '```',
      ].join('\n'),
    );
    expect(page).toEqual({
      directory: 'demo',
      blocks: [
        {
          line: 6,
          commands: 'tenantscope vet\ntenantscope report list',
          exitCode: 0,
          output: 'a table',
          notes: 'a note',
        },
        { line: 20, commands: 'tenantscope config show nothing', exitCode: 65 },
      ],
    });
  });

  it.each([
    ['<!-- run -->\n\nno block', /before no block/],
    ['<!-- output -->\n\n    x', /output of what/],
    ['<!-- run -->\n\n    x\n\n<!-- output: all -->\n\n    x', /output: notes/],
    ['<!-- runs in: paris -->', /demo or empty/],
    ['<!-- run: twice -->\n\n    x', /exit N/],
    ['<!-- not run -->\n\n    x', /why/],
    ['<!-- not run: it needs AWS -->\n\ntext', /before no block/],
  ])('passes over no mark: %j', (text, message) => {
    expect(() => readPage(text)).toThrow(message);
  });
});

describe('unmarkedCommands', () => {
  it('are blocks of commands without a mark, and nothing else', () => {
    const page = [
      '<!-- not run: it needs AWS -->',
      '',
      '    tenantscope vet',
      '    tenantscope report list',
      '<!-- run -->',
      '```sh',
      '    npx tenantscope in a fence',
      '```',
      '```text',
      'what is printed',
      '```',
      '',
      '    tenantscope detect',
      'text',
      '```sh',
      'tenantscope detect',
      '```',
    ];
    expect(unmarkedCommands(page.join('\n'))).toEqual([13, 15]);
    expect(readPage(page.join('\n')).blocks).toHaveLength(1);
  });
});

describe('isShown', () => {
  it.each([
    ['a\nb\n', 'a\nb', true],
    ['a\nc\n', 'a\nb', false],
    ['a\nb\nc\n', 'a\nb', false],
    ['took 12 ms (fast)\n', 'took … ms (fast)', true],
    ['took 12 ms\n', 'took … s', false],
    ['a\nx\ny\nb\n', 'a\n…\nb', true],
    ['a\nb\n', 'a\n…\nb', true],
    ['a  \nb', 'a\nb', true],
    ['a,b\r\nc,d\r\ne\n', '…\nc,d\n…', true],
    ['a.b', 'axb', false],
  ])('of %j and %j says %s', (printed, shown, equal) => {
    expect(isShown(printed, shown)).toBe(equal);
  });
});
