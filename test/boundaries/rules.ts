/** Who may import whom, as dependency-cruiser rules. The table is in ARCHITECTURE.md; this is its machine-read form. */
import type { IForbiddenRuleType } from 'dependency-cruiser';

const folders = [
  'tables',
  'routing',
  'conversation',
  'store',
  'webapi',
  'voice',
  'channels',
  'proactive',
  'handoff',
  'web',
  'server',
] as const;
type Folder = (typeof folders)[number];

/** folder → the other folders of src it may import. */
export const mayImport: Record<Folder, readonly Folder[]> = {
  tables: [],
  routing: ['tables'],
  conversation: ['tables', 'routing'],
  store: ['tables'],
  webapi: ['tables', 'store', 'conversation'],
  voice: ['tables', 'conversation'],
  channels: ['tables', 'conversation'],
  handoff: ['tables', 'conversation'],
  proactive: ['tables', 'store', 'conversation'],
  web: ['tables'],
  server: folders.filter((folder) => folder !== 'server' && folder !== 'web'),
};

const noTests = '\\.test\\.tsx?$';

const betweenFolders: IForbiddenRuleType[] = folders.map((folder) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${mayImport[folder].join(', ') || 'nothing'}`,
  severity: 'error',
  from: {
    path: `^src/${folder}/`,
    pathNot: folder === 'conversation' ? [noTests, '^src/conversation/run\\.ts$'] : [noTests],
  },
  to: { path: '^src/', pathNot: [folder, ...mayImport[folder]].map((name) => `^src/${name}/`) },
}));

/** Every rule. */
export const rules: IForbiddenRuleType[] = [
  ...betweenFolders,
  {
    name: 'run-is-the-door',
    comment: 'in conversation only run.ts may import the store',
    severity: 'error',
    from: { path: '^src/conversation/run\\.ts$' },
    to: {
      path: '^src/',
      pathNot: ['conversation', 'tables', 'routing', 'store'].map((name) => `^src/${name}/`),
    },
  },
  {
    name: 'through-the-door',
    comment: 'another folder is imported through its index.ts only; tables is the exception',
    severity: 'error',
    from: { path: '^src/([^/]+)/', pathNot: noTests },
    to: { path: '^src/[^/]+/.+', pathNot: ['^src/$1/', '^src/tables/', '^src/[^/]+/index\\.ts$'] },
  },
  {
    name: 'webapi-stages-are-pure',
    comment: 'parse, plan, sql and response know tables only',
    severity: 'error',
    from: { path: '^src/webapi/(fetch/)?(parse|plan|sql|response|metadata)', pathNot: noTests },
    to: { path: '^src/(store|conversation)/' },
  },
  {
    name: 'pure-folders-use-no-packages',
    comment: 'tables, routing and conversation import no package and no Node module',
    severity: 'error',
    from: { path: '^src/(tables|routing|conversation)/', pathNot: noTests },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'core'] },
  },
  {
    name: 'store-uses-the-driver-only',
    comment: 'the only package of store is the PostgreSQL driver',
    severity: 'error',
    from: { path: '^src/store/', pathNot: noTests },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg'],
      pathNot: 'node_modules/(@types/)?pg/',
    },
  },
  {
    name: 'no-development-packages-at-run-time',
    comment: 'what the server imports must be a dependency, not a devDependency',
    severity: 'error',
    from: { path: '^src/', pathNot: [noTests, '^src/web/'] },
    to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
  },
  {
    name: 'no-cycles',
    severity: 'error',
    from: { path: '^src/' },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-unresolved',
    severity: 'error',
    from: { path: '^src/' },
    to: { couldNotResolve: true, pathNot: '\\.(css|module\\.css)$' },
  },
];
