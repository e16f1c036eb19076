/**
 * The official XML schema of Exchange Web Services as a judge over requests and answers. It is closed where the
 * schema's files are absent; whoever uses it skips then.
 */
import { existsSync, readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const SCHEMA = '../shared/contracts/ews/xsd-15.2.2562/envelope.xsd';

export interface SeenExchange {
  operation: string;
  request: string;
  response: string;
}

export interface ExchangeJudge {
  readonly isOpen: boolean;
  /** Throws on a violation. */
  validate(xml: string): void;
  /** What is wrong with exchanges, one line for each; empty answers are not looked at. */
  problemsIn(seen: readonly SeenExchange[], withRequests?: boolean): string[];
  close(): void;
}

/** Opens the schema once for a file of tests. */
export function openExchangeJudge(): ExchangeJudge {
  if (!existsSync(SCHEMA)) {
    return { isOpen: false, validate: () => undefined, problemsIn: () => [], close: () => undefined };
  }
  xmlRegisterFsInputProviders();
  const schema = XmlDocument.fromBuffer(readFileSync(SCHEMA), { url: SCHEMA });
  const validator = XsdValidator.fromDoc(schema);
  const validate = (xml: string) => {
    const document = XmlDocument.fromBuffer(Buffer.from(xml));
    try {
      validator.validate(document);
    } finally {
      document.dispose();
    }
  };
  const problemOf = (what: string, xml: string): string[] => {
    if (xml === '') return [];
    try {
      validate(xml);
      return [];
    } catch (error) {
      const { details, message } = error as { details?: unknown; message: string };
      return [`${what}: ${JSON.stringify(details ?? message)}`];
    }
  };
  return {
    isOpen: true,
    validate,
    problemsIn: (seen, withRequests = true) =>
      seen.flatMap(({ operation, request, response }) => [
        ...problemOf(`${operation} request`, withRequests ? request : ''),
        ...problemOf(`${operation} response`, response),
      ]),
    close() {
      validator.dispose();
      schema.dispose();
    },
  };
}
