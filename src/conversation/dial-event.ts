/** A representative calls a customer. Source: behaviour.md §3.10. */
import type { Guid } from '../tables/index.ts';

/** `conversation`: chosen by whoever asks; the same one again has no effect. `number`: E.164. `profile`: the workstream of
 *  the outbound profile to use; null: the one that the number's country chooses. Refuses conflict: no softphone, another
 *  call, no outbound profile, or as many calls as its capacity profile lets them have; invalidArgument: a number of a
 *  country that their profiles do not call, or not this profile. */
export interface CustomerDialled {
  readonly type: 'CustomerDialled';
  readonly conversation: Guid<'msdyn_ocliveworkitem'>;
  readonly agent: Guid<'systemuser'>;
  readonly number: string;
  readonly profile: Guid<'msdyn_liveworkstream'> | null;
}
