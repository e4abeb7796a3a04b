/** The shape in which every Dataverse table is written down: pure data, no packages, no behaviour.
 *  One definition makes the PostgreSQL schema, the CSDL, the row types and the screens. */

/** The column types of Dataverse that the model knows. `EntityName` columns name the table of a polymorphic
 *  lookup; `Virtual`, `PartyList` and companions are never stored as a column of their own. */
export type ColumnType =
  | 'String'
  | 'Memo'
  | 'Integer'
  | 'BigInt'
  | 'Decimal'
  | 'Double'
  | 'Money'
  | 'Boolean'
  | 'DateTime'
  | 'Lookup'
  | 'Customer'
  | 'Owner'
  | 'PartyList'
  | 'Picklist'
  | 'MultiSelectPicklist'
  | 'State'
  | 'Status'
  | 'Uniqueidentifier'
  | 'EntityName'
  | 'ManagedProperty'
  | 'Virtual'
  | 'Image'
  | 'File';

/** One value of a choice. `state` ties a status reason to its state; `defaultStatus` is a state's own default. */
export interface Choice {
  readonly value: number;
  readonly label: string;
  readonly state?: number;
  readonly defaultStatus?: number;
  readonly description?: string;
  /** As `#0000ff`. */
  readonly color?: string;
  readonly externalValue?: string;
}

/** One column. Lengths in characters, ranges inclusive.
 *  `noCreate` / `noUpdate` / `noRead`: not valid for that operation (Dataverse ValidForCreate and its like).
 *  `companion`: derived from another column (the name or type of a lookup, the label of a choice): neither stored nor on the wire. */
export interface Column {
  readonly schemaName: string;
  readonly type: ColumnType;
  readonly displayName?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly behavior?: string;
  readonly targets?: readonly string[];
  readonly options?: readonly Choice[];
  readonly default?: number;
  readonly required?: string;
  readonly noCreate?: true;
  readonly noUpdate?: true;
  readonly noRead?: true;
  readonly companion?: true;
  readonly description?: string;
  /** Digits after the point of a number. */
  readonly precision?: number;
  /** Of money, where those digits are said: 0 by `precision`, 1 by the organization's pricing, 2 (also where it is left
   *  out) by the currency of the row. */
  readonly precisionSource?: number;
  /** The global choice whose options these are. */
  readonly globalChoice?: string;
  /** Made by a definitions request. */
  readonly custom?: true;
}

/** What happens to the rows that point here. Left out means NoCascade, for `delete` RemoveLink. */
export interface Cascade {
  readonly assign?: string;
  readonly delete?: string;
  readonly merge?: string;
  readonly reparent?: string;
  readonly share?: string;
  readonly unshare?: string;
}

/** A many-to-one relationship, written down on the table that holds the lookup.
 *  `navigation`: single-valued property here; `collection`: collection-valued property on `target`. */
export interface Relationship {
  readonly schemaName: string;
  readonly column: string;
  readonly target: string;
  readonly navigation: string;
  readonly collection: string;
  readonly cascade?: Cascade;
  readonly hierarchical?: true;
  readonly custom?: true;
}

/** An alternate key: the columns whose values together name one row. */
export interface AlternateKey {
  readonly schemaName: string;
  readonly logicalName: string;
  readonly columns: readonly string[];
  readonly displayName?: string;
}

/** A table. `columns` by logical name, in alphabetical order. */
export interface Table {
  readonly logicalName: string;
  readonly schemaName: string;
  readonly displayName: string;
  readonly displayCollectionName: string;
  readonly entitySetName: string;
  readonly primaryId: string;
  readonly primaryName: string | null;
  readonly ownership: string;
  readonly isActivity: boolean;
  readonly isIntersect: boolean;
  readonly description?: string;
  readonly hasNotes?: boolean;
  readonly hasActivities?: boolean;
  readonly changeTracking?: boolean;
  /** Of a table made by a definitions request: the environment's own number for it. */
  readonly objectTypeCode?: number;
  /** Made by a definitions request. */
  readonly custom?: true;
  readonly columns: { readonly [logicalName: string]: Column };
  readonly relationships: readonly Relationship[];
  readonly keys?: readonly AlternateKey[];
}

/** A many-to-many relationship: same navigation name on both ends, rows kept in `intersect`. */
export interface ManyToMany {
  readonly schemaName: string;
  readonly custom?: true;
  readonly intersect: string;
  readonly ends: readonly [
    { readonly table: string; readonly column: string; readonly navigation: string },
    { readonly table: string; readonly column: string; readonly navigation: string },
  ];
}
