/** What every part of the run against `dynamics-web-api` is given. */
import type { DynamicsWebApi } from 'dynamics-web-api';
import type { Target } from '../target.ts';

/** The client, and the server that it talks to. */
export interface Subject {
  readonly client: DynamicsWebApi;
  readonly target: Target;
}

/** A key as answers write it. */
export const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
