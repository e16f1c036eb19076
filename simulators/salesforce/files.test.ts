/**
 * Files in the simulator: bytes in JSON and in parts, links, and what goes with a document.
 */
import { describe, expect, it } from 'vitest';
import { startSample } from './sample-client.ts';

const BOUNDARY = 'boundary-1';
const BYTES = Buffer.from([0, 1, 2, 13, 10, 45, 45, 255]);

function multipart(parts: { name: string; fileName?: string; content: string | Buffer }[]): string {
  const chunks = parts.map(({ name, fileName, content }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const type = fileName === undefined ? 'application/json' : 'application/octet-stream';
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]);
  });
  return Buffer.concat([...chunks, Buffer.from(`--${BOUNDARY}--\r\n`)]).toString('latin1');
}

async function startWithSender() {
  const client = await startSample();
  const send = async (path: string, body: string) => {
    const response = await client.simulator.fetch(
      new Request(`${client.simulator.organizationOf().instanceOrigin}/services/data/v66.0/${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${client.tokens.access_token}`,
          'content-type': `multipart/form-data; boundary="${BOUNDARY}"`,
        },
        body: Buffer.from(body, 'latin1'),
      }),
    );
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { ...client, send };
}

describe('simulated files', () => {
  it('come base64 in JSON and are published where they are said to belong', async () => {
    const { call, simulator, query } = await startSample();
    const [email = ''] = simulator.insert('EmailMessage', [{ Subject: 'S', Status: '3' }]);
    const created = await call('POST', 'sobjects/ContentVersion', {
      PathOnClient: 'Plan.v2.PDF',
      VersionData: BYTES.toString('base64'),
      FirstPublishLocationId: email,
    });
    expect(created.status).toBe(201);
    expect(Buffer.from(simulator.bytes(created.body.id) ?? []).equals(BYTES)).toBe(true);
    const version = await query(
      `SELECT Title, FileExtension, ContentSize, ContentDocumentId, VersionData, IsLatest FROM ContentVersion WHERE Id = '${created.body.id}'`,
    );
    expect(version.body.records[0]).toMatchObject({
      Title: 'Plan.v2',
      FileExtension: 'pdf',
      ContentSize: BYTES.length,
      VersionData: `/services/data/v66.0/sobjects/ContentVersion/${created.body.id}/VersionData`,
      IsLatest: true,
    });
    const links = await query(
      `SELECT ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId = '${email}'`,
    );
    expect(links.body.records[0].ContentDocument.Title).toBe('Plan.v2');
    expect(simulator.records('ContentDocumentLink')).toHaveLength(2);
    expect(simulator.records('EmailMessage')[0]?.HasAttachment).toBe(true);
  });

  it('come as parts, alone and in a collection', async () => {
    const { send, simulator } = await startWithSender();
    const json = JSON.stringify({ PathOnClient: 'a.bin' });
    const alone = await send(
      'sobjects/ContentVersion',
      multipart([
        { name: 'entity_content', content: json },
        { name: 'VersionData', fileName: 'a.bin', content: BYTES },
      ]),
    );
    expect(alone.status).toBe(201);
    expect(Buffer.from(simulator.bytes(alone.body.id) ?? []).equals(BYTES)).toBe(true);
    const record = (part: string) => ({
      attributes: { type: 'ContentVersion', binaryPartName: part, binaryPartNameAlias: 'VersionData' },
      PathOnClient: `${part}.txt`,
    });
    const both = await send(
      'composite/sobjects',
      multipart([
        { name: 'collection', content: JSON.stringify({ records: [record('one'), record('two')] }) },
        { name: 'one', fileName: 'one.txt', content: 'first' },
        { name: 'two', fileName: 'two.txt', content: 'second' },
      ]),
    );
    expect(
      both.body.map((result: { id: string }) => Buffer.from(simulator.bytes(result.id) ?? []).toString()),
    ).toEqual(['first', 'second']);
  });

  it('need a path and bytes, link once, and go with their document', async () => {
    const { call, simulator } = await startSample();
    const empty = await call('POST', 'sobjects/ContentVersion', { Title: 'x' });
    expect(empty.body[0].fields).toEqual(['PathOnClient', 'VersionData']);
    const made = await call('POST', 'sobjects/ContentVersion', { PathOnClient: 'a', VersionData: 'AAEC' });
    const [document = ''] = simulator.records('ContentDocument').map((row) => String(row.Id));
    const [account = ''] = simulator.insert('Account', [{ Name: 'A' }]);
    const link = { ContentDocumentId: document, LinkedEntityId: account };
    expect((await call('POST', 'sobjects/ContentDocumentLink', link)).status).toBe(201);
    expect((await call('POST', 'sobjects/ContentDocumentLink', link)).body[0].errorCode).toBe(
      'DUPLICATE_VALUE',
    );
    expect((await call('DELETE', `sobjects/ContentDocument/${document}`)).status).toBe(204);
    expect((await call('GET', `sobjects/ContentVersion/${made.body.id}`)).status).toBe(404);
    expect(simulator.records('ContentDocumentLink')).toEqual([]);
  });
});
