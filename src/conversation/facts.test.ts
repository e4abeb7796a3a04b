import { describe, expect, it } from 'vitest';
import { deskOfTests } from '../../test/engine/desk.ts';
import { call, number, rowsOf } from '../../test/engine/front-desk.ts';
import * as t from '../tables/dataverse/index.ts';

const at = deskOfTests();

/** Replaces the rules by one that sends to the legal queue when `path operator value` holds. */
async function oneRule(path: string, operator: string, value: string): Promise<void> {
  const definition = `<decision hit-policy="all" version="1"><rules><rule id="b6d7c0de-0001-4000-8000-000000000001" name="r">
    <condition operator="${operator.replace('<', '&lt;')}"><lhs type="attribute">${path}</lhs><rhs type="staticvalue">${value}</rhs></condition>
    <action><setattribute><lhs type="attribute">assign_to.queue</lhs><rhs type="staticvalue">${at.desk.ids.legal}</rhs></setattribute></action>
    </rule></rules></decision>`;
  await at.store.transact({ actor: at.desk.ids.bot, cause: 'test' }, (transaction) =>
    transaction.update(t.msdyn_decisionruleset, at.desk.ids.ruleSet, { msdyn_rulesetdefinition: definition }),
  );
}

const context = 'msdyn_msdyn_ocliveworkitem_msdyn_ocphonecallengagementctx_liveworkitemid';

describe('what a rule can look at (rules.md §4.4)', () => {
  it.each([
    ['liveworkitemcontext.va_Department', '==', 'legal', true],
    ['liveworkitemcontext.va_Orders', '>', '9', true],
    ['liveworkitemcontext.va_Scope', '!=', 'x', false],
    ['liveworkitemcontext.va_scope', 'null', '', false],
    ['msdyn_ocliveworkitem.subject', 'contains', 'kim berg', true],
    ['msdyn_ocliveworkitem.msdyn_isoutbound', '==', 'false', true],
    ['msdyn_ocliveworkitem.msdyn_createdon', '<', '2999-01-01T00:00:00Z', true],
    ['msdyn_ocliveworkitem.msdyn_channel', '==', '192440000', true],
    ['msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_contact.fullname', '==', 'Kim Berg', true],
    ['msdyn_ocliveworkitem.msdyn_customer_msdyn_ocliveworkitem_account.name', 'not-null', '', false],
    [
      'msdyn_ocliveworkitem.msdyn_liveworkstreamid_msdyn_ocliveworkitem.msdyn_bot_user.fullname',
      '==',
      'Front-desk IVR',
      true,
    ],
    [`msdyn_ocliveworkitem.${context}.msdyn_fromphone`, '==', number.caller, true],
    ['msdyn_ocliveworkitem.nothing', 'null', '', false],
    ['incident.title', 'null', '', false],
  ])('%s %s %s: %s', async (path, operator, value, holds) => {
    await at.open();
    await oneRule(path, operator, value);
    const conversation = await call(at.desk, number.bot);
    await at.run({
      type: 'BotTransferred',
      conversation,
      variables: { va_Department: 'Legal', va_Orders: '10' },
    });
    const { row } = await rowsOf(at.desk, conversation);
    expect(row.msdyn_cdsqueueid).toBe(holds ? at.desk.ids.legal : at.desk.ids.front);
  });
});
