import { expect, it } from 'vitest';
import { lintWorld } from './lint-world.ts';

const [profile, number] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];

/** An outbound profile: whether its number makes calls, and whether it has a capacity profile. */
const lint = (calls: boolean, limits: boolean) =>
  lintWorld({
    flows: new Map(),
    rows: new Map([
      [
        'msdyn_liveworkstream',
        [{ msdyn_liveworkstreamid: profile, msdyn_name: 'Sales out', msdyn_direction: 1 }],
      ],
      ['msdyn_ocphonenumber', [{ msdyn_ocphonenumberid: number, msdyn_phoneoutboundenabled: calls }]],
      ['msdyn_ocvoicechannelsetting', [{ msdyn_liveworkstreamid: profile, msdyn_phonenumberid: number }]],
      ['msdyn_liveworkstreamcapacityprofile', limits ? [{ msdyn_workstream_id: profile }] : []],
    ]),
  });

it('§3.10: an outbound profile needs a number that makes calls and a capacity profile, and nothing that routes', () => {
  expect(lint(true, true)).toEqual([]);
  expect(lint(false, true)).toMatchObject([{ rule: 'unusableOutboundProfile', severity: 'error' }]);
  expect(lint(true, false)[0]?.message).toContain('it lacks a capacity profile');
});
