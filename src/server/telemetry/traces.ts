/**
 * OpenTelemetry traces by OTLP over HTTP: spans of runs, their parts, transactions and requests. They say names of closed sets, counts and times, and nothing
 * of what was asked or answered. Loaded only where the operator has named a collector.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import type { InSpan } from '../../model/telemetry.ts';
import type { TracesConfig } from '../traces-config.ts';
import { hostClass, operationWord, type Provider } from './provider-operations.ts';

export interface Traces {
  readonly inSpan: InSpan;
  /** Does a request inside of a span. `url` is looked at for its host's class alone. */
  request<T extends { readonly status: number }>(about: RequestAbout, send: () => Promise<T>): Promise<T>;
  /** Sends what waits, at most a few seconds long. Never rejects. */
  close(): Promise<void>;
}

export interface RequestAbout {
  readonly provider: Provider;
  readonly operation: string | undefined;
  readonly method: string;
  readonly url: string;
}

const CLOSE_MS = 5_000;

/** Opens the exporter; headers, compression and certificates are read from the standard variables by the exporter itself. */
export function openTraces(config: TracesConfig): Traces {
  const provider = new TracerProvider({
    resource: resourceOf(config),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: config.url, timeoutMillis: CLOSE_MS }),
      }),
    ],
  });
  const tracer = provider.getTracer('lockstep');
  const around = new AsyncLocalStorage<Context>();
  const within = async <T>(span: Span, parent: Context, work: () => Promise<T>): Promise<T> => {
    try {
      return await around.run(trace.setSpan(parent, span), work);
    } catch (error) {
      // The name alone: messages may quote what was worked on.
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  };
  return {
    inSpan(name, facts, work) {
      const parent = around.getStore() ?? ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes: { ...facts } }, parent);
      return within(span, parent, () => work({ tell: (more) => void span.setAttributes({ ...more }) }));
    },
    request({ provider: service, operation, method, url }, send) {
      const parent = around.getStore() ?? ROOT_CONTEXT;
      const word = operationWord(operation);
      const attributes = {
        'http.request.method': method,
        'lockstep.provider': service,
        'lockstep.operation': word,
        'lockstep.host': hostClass(url),
      };
      const span = tracer.startSpan(`${service} ${word}`, { kind: SpanKind.CLIENT, attributes }, parent);
      return within(span, parent, async () => {
        const response = await send();
        span.setAttribute('http.response.status_code', response.status);
        if (response.status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
        return response;
      });
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

/** Names the product and nothing of the machine it runs on. */
function resourceOf({ serviceName }: TracesConfig): NonNullable<TracerProviderOptions['resource']> {
  const attributes = { 'service.name': serviceName };
  const resource = {
    attributes,
    asyncAttributesPending: false,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  } as NonNullable<TracerProviderOptions['resource']>;
  return resource;
}
