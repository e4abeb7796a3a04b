import type { Perform } from '../operation.ts';

/** The version that this Web API stands for. */
export const apiVersion = '9.2.24111.0';

/** The version of the platform. Shape: no parameters → {Version}. Source: webapi.md §11. */
export const RetrieveVersion: Perform = async () => ({ Version: apiVersion });
