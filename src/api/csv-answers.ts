/** Answers that are CSV files, sent while they are made, so that a list of any length needs no memory. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** What such a route declares. */
export const csvAnswer = { 200: z.any().describe('text/csv') } as const;

export function sendCsv(reply: FastifyReply, name: string, lines: AsyncIterable<string>) {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="lockstep-${name}.csv"`)
    .send(Readable.from(lines));
}
