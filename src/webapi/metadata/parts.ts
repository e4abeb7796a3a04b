/** The small parts that definitions are made of. Source: webapi.md §13, labels and managed properties. */
import type { Choice } from '../../tables/index.ts';
import type { JsonObject } from '../parse/body.ts';
import { metadataId } from './metadata-id.ts';

const english = 1033;

/** A label in the one language there is. `owner`: what it labels, for its id. An empty label has no text in any language. */
export function label(text: string | null | undefined, owner: string, isManaged: boolean): JsonObject {
  if (text === null || text === undefined || text === '')
    return { LocalizedLabels: [], UserLocalizedLabel: null };
  const one = {
    Label: text,
    LanguageCode: english,
    IsManaged: isManaged,
    MetadataId: metadataId('label', owner),
    HasChanged: null,
  };
  return { LocalizedLabels: [one], UserLocalizedLabel: one };
}

/** A managed property. */
export const managed = (value: boolean, canBeChanged: boolean, name: string): JsonObject => ({
  Value: value,
  CanBeChanged: canBeChanged,
  ManagedPropertyLogicalName: name,
});

/** One option of a choice. `owner`: the choice, for the option's ids. `kind`: states and statuses have a type of their own. */
export function option(
  choice: Choice,
  owner: string,
  isManaged: boolean,
  kind: 'Picklist' | 'State' | 'Status' | 'Boolean' = 'Picklist',
): JsonObject {
  const name = `${owner}.${choice.value}`;
  return {
    ...(kind === 'State' || kind === 'Status'
      ? { '@odata.type': `#Microsoft.Dynamics.CRM.${kind}OptionMetadata` }
      : {}),
    Value: choice.value,
    Color: choice.color ?? null,
    IsManaged: isManaged,
    ExternalValue: choice.externalValue ?? null,
    ParentValues: [],
    Tag: null,
    IsHidden: false,
    MetadataId: metadataId('option', name),
    HasChanged: null,
    ...(kind === 'State'
      ? { DefaultStatus: choice.defaultStatus ?? null, InvariantName: choice.label.replaceAll(' ', '') }
      : {}),
    ...(kind === 'Status' ? { State: choice.state ?? null, TransitionData: null } : {}),
    Label: label(choice.label, `${name} label`, isManaged),
    Description: label(choice.description, `${name} description`, isManaged),
  };
}
