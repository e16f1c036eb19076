/**
 * Structured logs for the operator (pino, JSON lines on standard output). Whoever logs passes an event and facts: ids, codes, counts. Nothing
 * here can log an object whole, so nothing can log content by accident.
 */
import { destination, pino } from 'pino';
import type { Log } from '../commands/ports.ts';
import type { Config } from './config.ts';

/** A log at the configured level; `fault` events are errors. */
export function createLog(level: Config['logLevel']): Log {
  const output = destination({ fd: 1, sync: false });
  // A full disk behind standard output costs lines, and not the product.
  output.on('error', () => undefined);
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output);
  return (event, facts = {}) => {
    if (event.endsWith('.fault')) logger.error({ event, ...facts });
    else logger.info({ event, ...facts });
  };
}
