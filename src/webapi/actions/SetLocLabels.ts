import { Refusal } from '../../tables/index.ts';
import { transact } from '../exchange.ts';
import { labelLanguage, localizableColumn } from '../metadata/localizable.ts';
import { idOf, type Perform } from '../operation.ts';
import { entityOf } from '../plan/entity.ts';
import { planPropertyWrite } from '../plan/write.ts';
import { updateRow } from '../write.ts';

/** Sets the labels of a row's text.
 *  Shape: {EntityMoniker: row, AttributeName, Labels: [{Label, LanguageCode}]} → 204. Refuses recordNotFound,
 *  privilegeMissing, accessDenied, textTooLong, and invalidArgument for a column without labels and for a language that is
 *  not there. Source: published action reference. */
export const SetLocLabels: Perform = async (call) => {
  const { exchange, parameters } = call;
  const given = parameters.row('EntityMoniker');
  if (given === null) throw new TypeError('the parameter EntityMoniker was not asked for');
  const { table } = given.entity;
  const name = parameters.text('AttributeName') ?? '';
  localizableColumn(table, name);
  const labels = parameters.objects('Labels');
  const foreign = labels.find(({ LanguageCode }) => LanguageCode !== labelLanguage);
  const [first, second] = labels;
  if (foreign !== undefined || first === undefined || second !== undefined)
    throw new Refusal(
      'invalidArgument',
      `Labels must hold one label of LanguageCode ${labelLanguage}, the only language here.`,
    );
  await transact(exchange, async (transaction) => {
    const id = await idOf(call, transaction, 'EntityMoniker', given);
    const values = planPropertyWrite(entityOf(table), name, first.Label ?? null);
    await updateRow(transaction, table, id, values);
  });
  return null;
};
