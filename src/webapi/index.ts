/** The door of the Web API. */
export { keepPrivileges } from './access/keep-privileges.ts';
export type { ApiRequest, ApiResponse, Caller, WebApi } from './api.ts';
export { isRowRequest } from './exchange.ts';
export { urlLimit } from './parse.ts';
export { createWebApi, type WebApiParts } from './web-api.ts';
