/** The People API v1 as one: its name, its methods and how it refuses. */
import type { Api } from '../api.ts';
import { CONTACT_METHODS } from './contact-methods.ts';
import { GROUP_METHODS } from './group-methods.ts';
import { PEOPLE_REFUSALS } from './people-errors.ts';

export const PEOPLE_API: Api = {
  name: 'people',
  title: 'People API',
  service: 'people.googleapis.com',
  methods: [...CONTACT_METHODS, ...GROUP_METHODS],
  refusals: PEOPLE_REFUSALS,
  serviceOff: 'forbidden',
};
