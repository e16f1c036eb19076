/**
 * The part of the configuration that is about hints: whether services may tell us between two runs that something moved, and over which way. It
 * reads the environment it is given and nothing else; faults are sentences for the operator.
 */
type Environment = Readonly<Record<string, string | undefined>>;

export interface PubSubConfig {
  /** `projects/P/topics/T`, to which Gmail may publish. */
  readonly topic: string;
  /** `projects/P/subscriptions/S`, from which the service account may pull. */
  readonly subscription: string;
  readonly origin: string;
}

/** Null or false: that way is not open here, and the mailboxes concerned run by schedule alone. */
export interface HintsConfig {
  /** Where services post notifications to: an https origin that they reach. */
  readonly origin: string | null;
  readonly pubsub: PubSubConfig | null;
  /** A connection per Exchange mailbox is held open. */
  readonly ewsStreaming: boolean;
}

export const noHints: HintsConfig = { origin: null, pubsub: null, ewsStreaming: false };

const PUBSUB = 'https://pubsub.googleapis.com';

/** Everything that HINTS and its companions say. `pullsAs`: whether there is a service account to pull with. */
export function readHints(
  environment: Environment,
  given: { readonly publicUrl: string; readonly pullsAs: boolean },
  faults: string[],
): HintsConfig {
  const wish = environment.HINTS || 'auto';
  if (wish !== 'auto' && wish !== 'off') faults.push('HINTS must be auto or off.');
  const streaming = environment.EWS_STREAMING || 'off';
  if (streaming !== 'on' && streaming !== 'off') faults.push('EWS_STREAMING must be on or off.');
  const origin = readOrigin(environment, given.publicUrl, faults);
  const pubsub = readPubSub(environment, given.pullsAs, faults);
  if (wish === 'off') return noHints;
  return { origin, pubsub, ewsStreaming: streaming === 'on' };
}

/** HINTS_ORIGIN as it is (a simulator may stand next door), else PUBLIC_URL where others than this machine may reach it by https. */
function readOrigin(environment: Environment, publicUrl: string, faults: string[]): string | null {
  const text = (environment.HINTS_ORIGIN ?? '').replace(/\/+$/, '');
  if (text !== '') {
    if (URL.canParse(text) && new URL(text).origin === text) return text;
    faults.push('HINTS_ORIGIN must be an origin such as https://hints.acme.com, without a path.');
    return null;
  }
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !isLoopback(hostname) ? publicUrl : null;
}

function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$/.test(hostname) || hostname === '[::1]' || /^127\./.test(hostname);
}

function readPubSub(environment: Environment, pullsAs: boolean, faults: string[]): PubSubConfig | null {
  const topic = environment.GOOGLE_PUBSUB_TOPIC ?? '';
  const subscription = environment.GOOGLE_PUBSUB_SUBSCRIPTION ?? '';
  if (topic === '' && subscription === '') return null;
  const origin = environment.GOOGLE_PUBSUB_ORIGIN || PUBSUB;
  const before = faults.length;
  if (!/^projects\/[^/\s]+\/topics\/[^/\s]+$/.test(topic))
    faults.push('GOOGLE_PUBSUB_TOPIC must look like projects/acme/topics/gmail.');
  if (!/^projects\/[^/\s]+\/subscriptions\/[^/\s]+$/.test(subscription))
    faults.push('GOOGLE_PUBSUB_SUBSCRIPTION must look like projects/acme/subscriptions/lockstep.');
  if (!URL.canParse(origin) || new URL(origin).origin !== origin)
    faults.push(`GOOGLE_PUBSUB_ORIGIN must be an origin such as ${PUBSUB}, without a path.`);
  if (!pullsAs)
    faults.push(
      'With GOOGLE_PUBSUB_TOPIC, set GOOGLE_CLIENT_ID and GOOGLE_SERVICE_ACCOUNT_FILE: the service account pulls the subscription.',
    );
  return faults.length > before ? null : { topic, subscription, origin };
}
