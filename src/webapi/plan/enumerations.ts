/** The enumerations that parameters of operations are of, with their members. Source: webapi.md §11. */
export const enumerations: ReadonlyMap<string, readonly string[]> = new Map([
  ['EndpointAccessType', ['Default', 'Internet', 'Intranet']],
  ['TargetFieldType', ['All', 'ValidForCreate', 'ValidForUpdate', 'ValidForRead']],
]);

/** Enumerations of flags: a value is one text that may hold several members. Their operations read it. */
export const flags: ReadonlySet<string> = new Set(['AccessRights', 'DeletedMetadataFilters']);
