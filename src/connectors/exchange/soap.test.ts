import { describe, expect, it } from 'vitest';
import {
  child,
  descend,
  escapeXml,
  find,
  MalformedXml,
  readXml,
  readXmlText,
  textOf,
  writeEnvelope,
  type XmlNode,
} from './soap.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readXml', () => {
  it('reads local names, attributes and text whatever the prefixes', async () => {
    const root = await readXmlText('<s:a xmlns:s="x"><t:b Id="1"> one &amp; two </t:b><b/></s:a>');
    expect(child(root, 'b')?.attributes.Id).toBe('1');
    expect(textOf(root, 'b')).toBe('one & two');
    expect(descend(root, 'b', 'none')).toBeUndefined();
    expect(find(root, 'b')?.text).toContain('two');
  });

  it('hands each response message out and keeps none of them', async () => {
    const handed: XmlNode[] = [];
    const root = await readXmlText('<r><ResponseMessages/></r>');
    expect(child(root, 'ResponseMessages')).toBeDefined();
    const tree = await readXml([bytes('<r><ResponseMessages><m>1</m><m>2</m></ResponseMessages></r>')], {
      below: 'ResponseMessages',
      onElement: (element) => handed.push(element),
    });
    expect(handed.map(({ text }) => text)).toEqual(['1', '2']);
    expect(child(tree, 'ResponseMessages')?.children).toEqual([]);
  });

  it.each(['&#x1;', '&#1;', '&#x0B;', '&#xFFFE;', '&#xD83D;', '\u0001', '\u000b', '\uffff'])(
    'drops the illegal character %j that Exchange sends',
    async (illegal) => {
      expect((await readXmlText(`<a>be${illegal}fore</a>`)).text).toBe('before');
      expect((await readXmlText(`<a x="be${illegal}fore"/>`)).attributes.x).toBe('before');
    },
  );

  it('keeps legal references and references inside escaped text', async () => {
    expect((await readXmlText('<a>&#x41;&#10;&#x1F600;&amp;#x1;</a>')).text).toBe('A\n😀&#x1;');
  });

  it('reads the same from any cut into chunks', async () => {
    const whole = bytes('<a>gr\u00fc\u00dfe &#x1;&#x41; &amp; 😀<b c="&#x2;d"/></a>');
    for (let size = 1; size < 12; size += 1) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
      const root = await readXml(chunks);
      expect([size, root.text, child(root, 'b')?.attributes.c]).toEqual([size, 'grüße A & 😀', 'd']);
    }
  });

  it.each([
    ['breaks off', '<a><b>'],
    ['is no XML', 'plain'],
    ['is empty', ''],
    ['is too deep', '<a>'.repeat(101) + '</a>'.repeat(101)],
    ['closes wrongly', '<a></b>'],
  ])('rejects what %s', async (_, text) => {
    await expect(readXmlText(text)).rejects.toBeInstanceOf(MalformedXml);
  });

  it('expands no entities of a document type', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>';
    await expect(readXmlText(bomb)).rejects.toBeInstanceOf(MalformedXml);
  });
});

describe('writing', () => {
  it('escapes and drops what XML cannot hold', () => {
    expect(escapeXml('a<b>&"\u0001c')).toBe('a&lt;b&gt;&amp;&quot;c');
  });

  it('names the version and the impersonated mailbox', async () => {
    const text = writeEnvelope({ version: 'Exchange2013_SP1', impersonate: 'a&b@x.example', body: '<m:X/>' });
    const root = await readXmlText(text);
    expect(find(root, 'RequestServerVersion')?.attributes.Version).toBe('Exchange2013_SP1');
    expect(find(root, 'PrimarySmtpAddress')?.text).toBe('a&b@x.example');
    expect(descend(root, 'Body', 'X')).toBeDefined();
  });
});
