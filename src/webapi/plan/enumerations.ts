/** The enumerations that parameters of operations are of, with their members. Source: webapi.md §11. */
export const enumerations: ReadonlyMap<string, readonly string[]> = new Map([
  ['EndpointAccessType', ['Default', 'Internet', 'Intranet']],
  ['TargetFieldType', ['All', 'ValidForCreate', 'ValidForUpdate', 'ValidForRead']],
]);
