import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// The files of one worker share its modules: loading them anew took a third of the time.
const node = { environment: 'node', isolate: false, testTimeout: 20_000, hookTimeout: 60_000 } as const;
const database = { globalSetup: ['./test/database/setup.ts'] };

/** Files that take a minute or more: begun last, one worker would be alone with them at the end. */
const long = [
  'test/simulate/simulate.test.ts',
  'test/start/refusals.test.ts',
  'src/conversation/any-sequence.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = long.findIndex((file) => moduleId.endsWith(file));
      return index < 0 ? long.length : index;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
          // Clients made for browsers find what a browser has in the globals of their file.
          isolate: true,
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
