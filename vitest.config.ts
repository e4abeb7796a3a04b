import { defineConfig } from 'vitest/config';

const node = { environment: 'node', testTimeout: 20_000, hookTimeout: 60_000 } as const;
const database = { globalSetup: ['./test/database/setup.ts'] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...node,
          ...database,
          name: 'unit',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
          // Sound is measured: nothing runs beside these.
          exclude: ['src/web/**', 'src/voice/**'],
        },
      },
      {
        test: {
          ...node,
          ...database,
          name: 'voice',
          include: ['src/voice/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      { test: { name: 'web', environment: 'happy-dom', include: ['src/web/**/*.test.{ts,tsx}'] } },
      { test: { ...node, name: 'boundaries', include: ['test/boundaries/**/*.test.ts'] } },
      {
        test: {
          ...node,
          ...database,
          name: 'compat',
          include: ['test/{compat,fuzz,simulate,start}/**/*.test.ts'],
        },
      },
      { test: { ...node, ...database, name: 'differences', include: ['test/differences/**/*.test.ts'] } },
      {
        test: {
          ...node,
          ...database,
          name: 'calls',
          include: ['test/calls/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...node,
          ...database,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
