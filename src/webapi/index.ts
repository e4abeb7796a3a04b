/** The door of the Web API. */
export { keepPrivileges } from './access/keep-privileges.ts';
export type { ApiRequest, ApiResponse, Caller, WebApi } from './api.ts';
export { type Coverage, type CoverageEntry, coverage, type TableCoverage } from './coverage.ts';
export { isRowRequest } from './exchange.ts';
export { urlLimit } from './parse.ts';
export { createWebApi, type WebApiParts } from './web-api.ts';
