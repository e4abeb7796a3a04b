import { describe, expect, it } from 'vitest';
import { tables } from '../../tables/index.ts';
import { entityOf } from '../plan/entity.ts';
import { formatter } from './format.ts';

function format(table: string, column: string, value: string | number | boolean): string | null {
  const definition = tables.get(table);
  const property = definition && entityOf(definition).properties.get(column);
  if (!property) throw new Error(`${table}.${column}`);
  return formatter(property)(value, '2 €');
}

describe('FormattedValue (webapi.md §5)', () => {
  it.each([
    ['msdyn_ocsession', 'msdyn_channel', 192440000, 'Voice call'],
    ['msdyn_ocliveworkitem', 'msdyn_channel', '192360000,192440000', 'Live chat; Voice call'],
    ['msdyn_ocliveworkitem', 'createdon', '2026-01-05T10:00:00Z', '1/5/2026 10:00 AM'],
    ['msdyn_ocliveworkitem', 'createdon', '2026-12-25T00:05:00Z', '12/25/2026 12:05 AM'],
    ['msdyn_ocliveworkitem', 'createdon', '2026-12-25T12:05:00Z', '12/25/2026 12:05 PM'],
    ['contact', 'anniversary', '2026-01-05', '1/5/2026'],
    ['contact', 'numberofchildren', 1234567, '1,234,567'],
    ['contact', 'creditlimit', '1234.5', '€1,234.50'],
    ['contact', 'creditlimit', '-10', '(€10.00)'],
    ['contact', 'exchangerate', '1.25', '1.250000000000'],
    ['contact', 'exchangerate', '100000000000', '100,000,000,000.000000000000'],
    ['contact', 'address1_latitude', 47.64216, '47.64216'],
    ['activityparty', 'effort', 1200.5, '1,200.50'],
    ['msdyn_ocsessionparticipantevent', 'msdyn_eventduration', '1200.5', '1,200.5'],
    ['contact', 'donotphone', false, 'Allow'],
    ['contact', 'statecode', 0, 'Active'],
    ['contact', 'lastname', 'Hart', null],
    ['phonecall', 'activitytypecode', 'phonecall', 'Phone Call'],
    ['activitypointer', 'activitytypecode', 'msdyn_ocliveworkitem', 'Conversation'],
    ['contact', 'contactid', '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f', null],
  ] as const)('%s.%s %j → %j', (table, column, value, expected) => {
    expect(format(table, column, value)).toBe(expected);
  });
});
