/**
 * The list of mail services that this build knows: a service's name, its factory, nothing else. The only place beside the activation pages
 * where services are named side by side.
 */
import type { MailService } from '../model/connector.ts';
import { createExchangeService, type ExchangeServiceOptions } from './exchange/service.ts';
import { createGoogleService, type GoogleServiceOptions } from './google/service.ts';
import { createOffice365Service, type Office365ServiceOptions } from './office365/service.ts';

/** Null where the operator has not set a service up: then it is not offered. */
export interface RegistryOptions {
  readonly exchange: ExchangeServiceOptions;
  readonly office365: Office365ServiceOptions | null;
  readonly google: GoogleServiceOptions | null;
}

/** All mail services that can be used here, by name. */
export function createMailServices(options: RegistryOptions): ReadonlyMap<string, MailService> {
  const services = [
    createExchangeService(options.exchange),
    options.office365 === null ? null : createOffice365Service(options.office365),
    options.google === null ? null : createGoogleService(options.google),
  ];
  return new Map(services.flatMap((service) => (service === null ? [] : [[service.service, service]])));
}
