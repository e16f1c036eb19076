/**
 * Joins the product's work with what measures it: metrics always (they are cheap), spans where the operator has named a collector. Also wraps what leaves the
 * process, the network and the mail server, which is the one place where every request passes.
 */
import type { Fetch } from '../../connectors/http.ts';
import type { Clock } from '../../model/clock.ts';
import { noSpan, type Telemetry } from '../../model/telemetry.ts';
import type { Mailer } from '../../notify/mailer.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Provider } from './provider-operations.ts';
import type { Traces } from './traces.ts';

export interface OpenTelemetry {
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  /** The same network, with every request counted as one to this provider. */
  watchFetch(provider: Provider, fetch: Fetch): Fetch;
  /** The same mailer, with every e-mail counted. */
  watchMailer(mailer: Mailer): Mailer;
  /** Sends what is not yet sent. Never rejects. */
  close(): Promise<void>;
}

export function openTelemetry({
  clock,
  processDefaults,
  traces = null,
}: {
  readonly clock: Clock;
  readonly processDefaults: boolean;
  /** Null: no spans, at no cost. */
  readonly traces?: Traces | null;
}): OpenTelemetry {
  const metrics = createMetrics({ processDefaults });
  const ask = (provider: Provider, fetch: Fetch): Fetch =>
    traces === null
      ? fetch
      : (url, init) => {
          const about = { provider, operation: init.operation, method: init.method, url };
          return traces.request(about, () => fetch(url, init));
        };
  return {
    metrics,
    telemetry: {
      runEnded: metrics.runEnded,
      leaseTaken: metrics.leaseTaken,
      leaseLost: metrics.leaseLost,
      signInEnded: metrics.signInEnded,
      sessionsEnded: metrics.sessionsEnded,
      requestRefused: metrics.requestRefused,
      inSpan: traces?.inSpan ?? noSpan,
    },
    watchFetch: (provider, fetch) => {
      const send = ask(provider, fetch);
      return async (url, init) => {
        const startedAt = clock.now();
        const seen = (status: number | null) =>
          metrics.requestEnded({ provider, operation: init.operation, status, ms: clock.now() - startedAt });
        try {
          const response = await send(url, init);
          seen(response.status);
          return response;
        } catch (error) {
          seen(null);
          throw error;
        }
      };
    },
    watchMailer: (mailer) => ({
      verify: () => mailer.verify(),
      close: () => mailer.close(),
      async send(mail) {
        try {
          await mailer.send(mail);
          metrics.mailEnded('sent');
        } catch (error) {
          metrics.mailEnded('failed');
          throw error;
        }
      },
    }),
    close: async () => void (await traces?.close()),
  };
}
