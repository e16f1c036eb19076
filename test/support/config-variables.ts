/** Which variables the configuration looks up, told by making it look: for tests that compare files and guides with it. */
import { ConfigFault, readConfig } from '../../src/server/config.ts';

/** The names that are looked up, with and without the optional parts of the configuration. */
export function variablesOfConfig(): ReadonlySet<string> {
  const names = new Set<string>();
  const services = {
    OFFICE365_CLIENT_ID: 'id',
    GOOGLE_CLIENT_ID: 'id',
    EXCHANGE_OAUTH_CLIENT_ID: 'id',
    GOOGLE_PUBSUB_TOPIC: 't',
    SMTP_URL: 'smtp://mail',
    METRICS_PORT: '9464',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
    MASTER_KEY: 'key',
  };
  for (const given of [{ SALESFORCE_CLIENT_ID: 'id' }, services]) {
    const watched = new Proxy<Record<string, string>>(given, {
      get: (values, name) => {
        if (typeof name === 'string') names.add(name);
        return values[name as string];
      },
    });
    try {
      readConfig(watched);
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
    }
  }
  return names;
}
