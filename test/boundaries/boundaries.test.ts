import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, it } from 'vitest';
import { rules } from './rules.ts';

const root = join(import.meta.dirname, '../..');

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));

async function cruiseSource(baseDir: string): Promise<ICruiseResult> {
  const result = await cruise(
    ['src'],
    {
      baseDir,
      ruleSet: { forbidden: rules },
      validate: true,
      tsPreCompilationDeps: true,
      exclude: { path: '\\.test\\.tsx?$' },
      doNotFollow: { path: 'node_modules' },
    },
    undefined,
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  );
  if (typeof result.output === 'string')
    throw new Error('dependency-cruiser gave text where a result was expected');
  return result.output;
}

describe('who may import whom (ARCHITECTURE.md)', () => {
  it('holds for every module, and every module was seen', async () => {
    const result = await cruiseSource(root);
    const breaches = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
    expect(breaches).toEqual([]);
    const seen = new Set(result.modules.map(({ source }) => source));
    const missed = sources('src').filter((file) => !/\.test\.tsx?$|\.d\.ts$/.test(file) && !seen.has(file));
    expect(missed).toEqual([]);
    expect(seen.size).toBeGreaterThan(450);
  }, 120_000);
});

describe('the rules themselves', () => {
  const planted: readonly (readonly [file: string, text: string, rule: string])[] = [
    ['src/tables/a.ts', "import '../store/index.ts';", 'tables-imports'],
    ['src/routing/a.ts', "import '../conversation/index.ts';", 'routing-imports'],
    ['src/routing/b.ts', "import 'node:fs';", 'pure-folders-use-no-packages'],
    ['src/conversation/decide.ts', "import '../store/index.ts';", 'conversation-imports'],
    ['src/conversation/run.ts', "import '../webapi/index.ts';", 'run-is-the-door'],
    ['src/store/a.ts', "import '../webapi/index.ts';", 'store-imports'],
    ['src/webapi/plan.ts', "import '../store/index.ts';", 'webapi-stages-are-pure'],
    ['src/webapi/handle.ts', "import '../store/read.ts';", 'through-the-door'],
    ['src/voice/a.ts', "import '../store/index.ts';", 'voice-imports'],
    ['src/web/a.ts', "import '../conversation/index.ts';", 'web-imports'],
    ['src/voice/b.ts', "import '../server/index.ts';", 'voice-imports'],
    ['src/voice/c.ts', "import './nowhere.ts';", 'no-unresolved'],
  ];

  it('report every planted breach', async () => {
    const base = mkdtempSync(join(tmpdir(), 'wirechief-boundaries-'));
    try {
      const doors = ['conversation', 'store', 'webapi', 'server'].map((name) => [
        `src/${name}/index.ts`,
        'export {};',
      ]);
      for (const [file = '', text = ''] of [...doors, ['src/store/read.ts', 'export {};'], ...planted]) {
        mkdirSync(dirname(join(base, file)), { recursive: true });
        writeFileSync(join(base, file), text);
      }
      const { summary } = await cruiseSource(base);
      const found = summary.violations.map(({ rule, from }) => `${from} ${rule.name}`);
      for (const [file, , rule] of planted) expect(found).toContain(`${file} ${rule}`);
    } finally {
      rmSync(base, { recursive: true });
    }
  }, 60_000);
});

describe('pure folders get time, ids and randomness as arguments', () => {
  const forbidden =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\b|\bperformance\.now\b|\bsetTimeout\b/;
  for (const folder of [
    'src/tables',
    'src/routing',
    'src/conversation',
    'src/webapi/parse',
    'src/webapi/plan',
  ]) {
    it(folder, () => {
      const files = sources(folder);
      expect(files.length).toBeGreaterThan(0);
      const found = files
        .filter(
          (file) =>
            !file.endsWith('.test.ts') &&
            !file.includes('tables/dataverse') &&
            file !== 'src/conversation/run.ts',
        )
        .flatMap((file) =>
          readFileSync(join(root, file), 'utf8')
            .split('\n')
            .map((line, index) => `${file}:${index + 1} ${line.trim()}`)
            .filter((line) => forbidden.test(line.replace(/\/\*\*.*|^\S+ \*.*|\/\/.*/g, ''))),
        );
      expect(found).toEqual([]);
    });
  }
});

describe('house sizes (CONTRIBUTING.md)', () => {
  it('every door is at most 40 lines', () => {
    const long = sources('src')
      .filter((file) => /^src\/[^/]+\/index\.ts$/.test(file))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 41);
    expect(long).toEqual([]);
  });

  it('no file of ours is longer than 400 lines', () => {
    const long = sources('src')
      .filter((file) => !/^src\/tables\/(dataverse|wirechief)\//.test(file))
      .filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});
