/** Generates src/tables/dataverse from the published table reference: one file a table, plus the index.
 *  Run: npm run tables -- <folder with the reference's *.json>. The output is owned by the project. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Source {
  logicalName: string;
  schemaName: string;
  displayName?: string;
  displayCollectionName?: string;
  entitySetName: string;
  primaryIdAttribute: string;
  primaryNameAttribute?: string;
  ownershipType: string;
  isActivity?: boolean;
  isIntersect?: boolean;
  states?: { value: number; defaultStatus: number }[];
  attributes: SourceColumn[];
  manyToOne: SourceRelationship[];
  oneToMany: SourceRelationship[];
}
interface SourceColumn {
  logicalName: string;
  schemaName: string;
  type: string | null;
  displayName?: string;
  format?: string;
  maxLength?: number;
  min?: number;
  max?: number;
  dateTimeBehavior?: string;
  targets?: string[];
  options?: { value: number; label: string; state?: number; defaultStatus?: number }[];
  default?: number;
  requiredLevel?: string;
  validForCreate?: boolean;
  validForUpdate?: boolean;
  validForRead?: boolean;
  src?: string;
}
interface Relationship {
  schemaName: string;
  column: string;
  target: string;
  navigation: string;
  collection: string;
  cascade: Record<string, string> | undefined;
}
interface SourceRelationship {
  schemaName: string | null;
  referencedEntity?: string;
  referencingEntity?: string;
  referencingAttribute: string;
  referencingNavigation?: string | null;
  referencedNavigation?: string | null;
  cascade?: Record<string, string>;
}

/** Relationships that the reference leaves out: cases are put into queues by the customer service solution. */
const additions: readonly SourceRelationship[] = [
  {
    schemaName: 'Incident_QueueItem',
    referencedEntity: 'incident',
    referencingEntity: 'queueitem',
    referencingAttribute: 'objectid',
    referencingNavigation: 'objectid_incident',
    referencedNavigation: 'Incident_QueueItem',
  },
];

/** Relationships whose cascades no source states: a case requires its customer, so it goes with the customer, and to
 *  the one that the customer is merged into. */
const goWithTheirRow = new Set(['incident_customer_accounts', 'incident_customer_contacts']);

/** Source V, types generated from a real organisation, has Decimal and Double the wrong way round throughout: exchange
 *  rates as Double, latitudes as Decimal. The published pages of the same columns say the opposite (decision 10). */
function typeOf({ type, src }: SourceColumn): string | null {
  if (src !== 'V') return type;
  return type === 'Decimal' ? 'Double' : type === 'Double' ? 'Decimal' : type;
}

/** Digits after the point, as the published pages of these columns say; the reference does not have them. */
const precisions: Readonly<Record<string, number>> = {
  exchangerate: 12,
  ...{ address1_latitude: 5, address1_longitude: 5, address2_latitude: 5, address2_longitude: 5 },
  ...{ address3_latitude: 5, address3_longitude: 5 },
  ...{ effort: 2, influencescore: 2, sentimentvalue: 2, msdyn_preferencerating: 2 },
  ...{ normalizedrating: 2, rating_sum: 2, creditlimit: 2 },
};

/** The smallest rate of a currency, as its published page says: the reference has 0, by which nothing can be exchanged. */
const minima: Readonly<Record<string, number>> = { 'transactioncurrency.exchangerate': 1e-12 };

function precisionOf(column: SourceColumn): number | undefined {
  const type = typeOf(column);
  return type === 'Decimal' || type === 'Double' ? precisions[column.logicalName] : undefined;
}

const folder = process.argv[2];
if (folder === undefined) {
  throw new Error('Name the folder that holds the table reference: npm run tables -- <folder>');
}
const out = join(import.meta.dirname, '../src/tables/dataverse');
const sources = new Map<string, Source>();
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const source = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Source;
  sources.set(source.logicalName, source);
}

const isLookup = (column: SourceColumn) => ['Lookup', 'Owner', 'Customer'].includes(column.type ?? '');
const hasLabel = (column: SourceColumn) =>
  ['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean', 'ManagedProperty'].includes(
    column.type ?? '',
  );

/** True for a column that only repeats another one: a lookup's name or table, a choice's label. */
function isCompanion(column: SourceColumn, all: Map<string, SourceColumn>): boolean {
  for (const [suffix, test] of [
    ['name', (base: SourceColumn) => isLookup(base) || hasLabel(base)],
    ['yominame', isLookup],
    ['idtype', isLookup],
    ['type', isLookup],
  ] as const) {
    if (!column.logicalName.endsWith(suffix)) continue;
    const base = all.get(column.logicalName.slice(0, -suffix.length));
    if (base !== undefined && test(base)) return true;
  }
  return column.type === 'EntityName' && column.logicalName !== 'activitytypecode' && isTypeOf(column, all);
}

/** regardingobjecttypecode, objectidtypecode and their like: the table of a lookup under another name. */
function isTypeOf(column: SourceColumn, all: Map<string, SourceColumn>): boolean {
  const stem = column.logicalName.replace(/(type|typecode|objecttypecode|idtype|entitytype)$/, '');
  return all.has(`${stem}id`) || all.has(stem) || all.has(`${stem}objectid`);
}

/** The text beside a file column that holds the file's name. */
function isFileName({ logicalName, type }: SourceColumn, all: Map<string, SourceColumn>): boolean {
  return type === 'Virtual' && all.get(logicalName.replace(/_name$/, ''))?.type === 'File';
}

function columnOf(
  column: SourceColumn,
  all: Map<string, SourceColumn>,
  source: Source,
  relationships: readonly Relationship[],
): Record<string, unknown> {
  const options =
    column.type === 'State'
      ? column.options?.map((option) => ({
          value: option.value,
          label: option.label,
          defaultStatus:
            option.defaultStatus ??
            source.states?.find((state) => state.value === option.value)?.defaultStatus,
        }))
      : column.options?.map(({ value, label, state }) => ({ value, label, state }));
  return {
    schemaName: column.schemaName,
    type: isFileName(column, all) ? 'String' : typeOf(column),
    displayName: column.displayName,
    format: column.format,
    maxLength: isFileName(column, all) ? 512 : column.maxLength,
    min: minima[`${source.logicalName}.${column.logicalName}`] ?? column.min,
    max: column.max,
    precision: precisionOf(column),
    behavior: column.dateTimeBehavior,
    targets: targetsOf(column, relationships),
    options,
    default: column.default,
    required: column.requiredLevel === 'None' ? undefined : column.requiredLevel,
    noCreate: column.validForCreate === false || undefined,
    noUpdate: column.validForUpdate === false || undefined,
    noRead: column.validForRead === false || undefined,
    companion: isCompanion(column, all) || undefined,
  };
}

/** The published list of a polymorphic lookup leaves out tables that other publishers added; their relationships say. */
function targetsOf(column: SourceColumn, relationships: readonly Relationship[]): string[] | undefined {
  if (column.targets === undefined || column.targets.length < 2 || !isLookup(column)) return column.targets;
  const own = relationships.filter((relationship) => relationship.column === column.logicalName);
  return [...new Set([...column.targets, ...own.map(({ target }) => target)])].sort();
}

/** The relationships of a table's lookups: its own list, and what the other side says of the same lookup. */
function relationshipsOf(source: Source, columns: Map<string, SourceColumn>): Relationship[] {
  const found = new Map<string, Relationship>();
  const add = (relationship: SourceRelationship, target: string) => {
    if (!sources.has(target) || columns.get(relationship.referencingAttribute)?.type == null) return;
    if (!isLookup(columns.get(relationship.referencingAttribute) as SourceColumn)) return;
    const key = `${relationship.referencingAttribute} ${target}`;
    const known = found.get(key);
    const schemaName =
      relationship.schemaName ?? `${target}_${source.logicalName}_${relationship.referencingAttribute}`;
    if (known !== undefined && (known.cascade !== undefined || relationship.cascade === undefined)) return;
    const cascade: Record<string, string> = Object.fromEntries(
      Object.entries(relationship.cascade ?? {}).filter(
        ([name, value]) =>
          ['assign', 'delete', 'merge', 'reparent', 'share', 'unshare'].includes(name) &&
          value !== (name === 'delete' ? 'RemoveLink' : 'NoCascade'),
      ),
    );
    if (goWithTheirRow.has(schemaName)) Object.assign(cascade, { delete: 'Cascade', merge: 'Cascade' });
    found.set(key, {
      schemaName: known?.schemaName ?? schemaName,
      column: relationship.referencingAttribute,
      target,
      navigation: known?.navigation ?? navigationOf(relationship, target, columns),
      collection: known?.collection ?? relationship.referencedNavigation ?? schemaName,
      cascade: Object.keys(cascade).length > 0 ? cascade : undefined,
    });
  };
  const added = additions.filter(({ referencingEntity }) => referencingEntity === source.logicalName);
  for (const relationship of [...source.manyToOne, ...added]) {
    if (relationship.referencedEntity !== undefined) add(relationship, relationship.referencedEntity);
  }
  for (const other of sources.values()) {
    for (const relationship of other.oneToMany) {
      if (relationship.referencingEntity === source.logicalName) add(relationship, other.logicalName);
    }
  }
  return [...found.values()].sort((a, b) =>
    `${a.column} ${a.target}`.localeCompare(`${b.column} ${b.target}`, 'en'),
  );
}

/** A polymorphic lookup has a navigation property for each table, so a name that is only the column's gets the table's
 *  behind it: objectid_msdyn_ocliveworkitem. Owners are one property, of type principal. */
function navigationOf(
  { referencingAttribute: name, referencingNavigation: given }: SourceRelationship,
  target: string,
  columns: Map<string, SourceColumn>,
): string {
  const column = columns.get(name);
  const isPolymorphic = column?.type !== 'Owner' && (column?.targets?.length ?? 0) > 1;
  if (isPolymorphic && (given == null || given === name)) return `${name}_${target}`;
  return given ?? name;
}

const text = (value: unknown): string => {
  if (typeof value === 'string')
    return `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
    return `{ ${parts.map(([name, part]) => `${name}: ${text(part)}`).join(', ')} }`;
  }
  return String(value);
};

const leftOut: string[] = [];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const source of sources.values()) {
  const known = source.attributes
    .filter((column) => {
      if (column.type === null) leftOut.push(`${source.logicalName}.${column.logicalName}`);
      return column.type !== null;
    })
    .sort((a, b) => (a.logicalName < b.logicalName ? -1 : 1));
  const columns = new Map(known.map((column) => [column.logicalName, column]));
  const relationships = relationshipsOf(source, columns);
  const head = {
    logicalName: source.logicalName,
    schemaName: source.schemaName,
    displayName: source.displayName ?? source.schemaName,
    displayCollectionName: source.displayCollectionName ?? source.displayName ?? source.schemaName,
    entitySetName: source.entitySetName,
    primaryId: source.primaryIdAttribute,
    primaryName: columns.has(source.primaryNameAttribute ?? '') ? source.primaryNameAttribute : null,
    ownership: source.ownershipType,
    isActivity: source.isActivity === true,
    isIntersect: source.isIntersect === true,
  };
  const lines = [
    '// Generated from the published table reference by tools/generate-tables.ts: change it there.',
    "import type { Table } from '../model.ts';",
    '',
    `/** ${head.displayName} (${head.entitySetName}). */`,
    `export const ${source.logicalName} = {`,
    ...Object.entries(head).map(([name, value]) => `  ${name}: ${text(value)},`),
    '  columns: {',
    ...known.map(
      (column) => `    ${column.logicalName}: ${text(columnOf(column, columns, source, relationships))},`,
    ),
    '  },',
    '  relationships: [',
    ...relationships.map((relationship) => `    ${text(relationship)},`),
    '  ],',
    '} as const satisfies Table;',
    '',
  ];
  writeFileSync(join(out, `${source.logicalName}.ts`), lines.join('\n'));
}
writeFileSync(
  join(out, 'index.ts'),
  [
    '// Generated from the published table reference by tools/generate-tables.ts: change it there.',
    ...[...sources.keys()].map((name) => `export * from './${name}.ts';`),
    '',
    '/** Columns the reference names without a type: left out of the tables, not guessed. */',
    `export const columnsLeftOut = [\n${leftOut.map((name) => `  '${name}',`).join('\n')}\n] as const;`,
    '',
  ].join('\n'),
);
console.log(`${sources.size} tables, ${leftOut.length} columns left out`);
