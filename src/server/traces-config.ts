/** Where traces go: OpenTelemetry's own variables, of which those that switch traces on are read here. https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */

export interface TracesConfig {
  /** The full address of the collector's traces. */
  readonly url: string;
  readonly serviceName: string;
  /** The share of runs and requests that are traced, 0 to 1. */
  readonly ratio: number;
}

/** Null: nobody collects. Adds faults with the variable's name and the remedy. */
export function readTraces(
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): TracesConfig | null {
  const base = environment.OTEL_EXPORTER_OTLP_ENDPOINT ?? '';
  const own = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? '';
  if ((base === '' && own === '') || environment.OTEL_SDK_DISABLED === 'true') return null;
  const url = own !== '' ? own : `${base.replace(/\/+$/, '')}/v1/traces`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    faults.push(
      'OTEL_EXPORTER_OTLP_ENDPOINT must be the address of a collector such as http://localhost:4318.',
    );
    return null;
  }
  const protocol = environment.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/json';
  if (!protocol.startsWith('http/')) {
    faults.push('OTEL_EXPORTER_OTLP_PROTOCOL must be http/json: traces are sent as JSON over HTTP.');
    return null;
  }
  const ratio = Number(environment.OTEL_TRACES_SAMPLER_ARG || '1');
  if (!(ratio >= 0 && ratio <= 1)) {
    faults.push('OTEL_TRACES_SAMPLER_ARG must be the share that is traced, from 0 to 1.');
    return null;
  }
  return { url, serviceName: environment.OTEL_SERVICE_NAME || 'lockstep', ratio };
}
