/**
 * The list of mail services that this build knows: a service's name, its factory, nothing else. The only place beside the activation pages
 * where services are named side by side.
 */
import type { MailService } from '../model/connector.ts';
import { createExchangeService, type ExchangeServiceOptions } from './exchange/service.ts';

export interface RegistryOptions {
  readonly exchange: ExchangeServiceOptions;
}

/** All mail services, by name. */
export function createMailServices(options: RegistryOptions): ReadonlyMap<string, MailService> {
  const services = [createExchangeService(options.exchange)];
  return new Map(services.map((service) => [service.service, service]));
}
