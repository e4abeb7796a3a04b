import { teammembership } from '../../tables/dataverse/teammembership.ts';
import type { IdSet } from '../plan/condition.ts';
import { sourceText } from './source.ts';
import { column, type Values } from './text.ts';

/** A sub-select of ids. UNION without ALL ends at rows already seen, so a ring of parents does no harm. */
export function idSetText(ids: IdSet, values: Values): string {
  switch (ids.kind) {
    case 'one':
      return `select ${values.add('uuid', ids.id)}`;
    case 'teams': {
      const members = sourceText(teammembership, 'm', null, values);
      return `select ${column('m', 'teamid')} from ${members} where ${column('m', 'systemuserid')} in (${idSetText(ids.users, values)})`;
    }
    case 'tree': {
      const { table, column: parent, upwards, rule } = ids;
      const rows = sourceText(table, 'p', rule, values);
      const [id, up] = [column('p', table.primaryId), column('p', parent)];
      const next = upwards ? up : id;
      const link = upwards ? id : up;
      const step = `select ${next} from ${rows} join h on ${link} = h.id where ${next} is not null`;
      return `with recursive h(id) as (select ${values.add('uuid', ids.id)} union ${step}) select h.id from h`;
    }
  }
}
