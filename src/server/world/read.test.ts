import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StartError } from '../start-error.ts';
import { readWorld } from './read.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirechief-world-'));
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  writeFileSync(join(folder, 'world.yaml'), text);
  return readWorld(folder);
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof StartError) return error.message.replaceAll(basename(folder), 'w');
    throw error;
  }
  return 'accepted';
}

describe('a world file', () => {
  test('is rows with values of the kind each column holds, choices by label', () => {
    const { rows } = read(`
rows:
  queue:
    - ref: q
      name: Legal
      msdyn_queuetype: Voice
      msdyn_isomnichannelqueue: true
  msdyn_liveworkstream:
    - msdyn_allowedpresences: [Busy, Available]
      msdyn_defaultqueue: "@q"
      msdyn_capacityrequired: 30
  msdyn_ocliveworkitem:
    - msdyn_createdon: 2025-12-21T11:46:00Z
      regardingobjectid: contact:7c52b0a4-0f6e-4d0e-b1c3-58e6f92aa9d1
`);
    expect(rows.map(({ ref, values }) => [ref, Object.fromEntries(values)])).toEqual([
      ['q', { name: 'Legal', msdyn_queuetype: 192350002, msdyn_isomnichannelqueue: true }],
      [
        null,
        {
          msdyn_allowedpresences: [192360000, 192360001],
          msdyn_defaultqueue: { ref: 'q' },
          msdyn_capacityrequired: 30,
        },
      ],
      [
        null,
        {
          msdyn_createdon: new Date('2025-12-21T11:46:00Z'),
          regardingobjectid: { table: 'contact', id: '7c52b0a4-0f6e-4d0e-b1c3-58e6f92aa9d1' },
        },
      ],
    ]);
  });

  test('may be empty', () => {
    expect(read('').rows).toEqual([]);
  });

  test.each([
    ['rows:\n  quueue:\n    - name: x', 'w/world.yaml:3: there is no table quueue'],
    ['rows:\n  queue:\n    - nmae: x', 'w/world.yaml:3: there is no column queue.nmae'],
    ['rows:\n  queue:\n    - createdon: x', 'w/world.yaml:3: a world does not write queue.createdon'],
    ['rows:\n  queue:\n    - name: 5', 'w/world.yaml:3: queue.name must be a text; put quotes around it'],
    [
      'rows:\n  queue:\n    - name: x\n      msdyn_queuetype: Telepathy',
      'w/world.yaml:4: queue.msdyn_queuetype is not a choice; there are Messaging (192350000), Entity (192350001), Voice (192350002)',
    ],
    ['rows:\n  queue:\n    - queueid: 5', 'w/world.yaml:3: queue.queueid must be a GUID in lower case'],
    [
      'rows:\n  queue:\n    - msdyn_isomnichannelqueue: yep',
      'queue.msdyn_isomnichannelqueue must be true or false',
    ],
    ['rows:\n  queue:\n    - msdyn_priority: 1.5', 'queue.msdyn_priority must be a whole number'],
    [
      'rows:\n  msdyn_ocsession:\n    - msdyn_sessioncreatedon: yesterday',
      'must be an instant, as in 2025-12-21T11:46:00Z',
    ],
    [
      'rows:\n  queue:\n    - msdyn_operatinghourid: "@nine"',
      'queue.msdyn_operatinghourid: no row is named @nine',
    ],
    [
      'rows:\n  contact:\n    - ref: kim\n  queue:\n    - msdyn_operatinghourid: "@kim"',
      'w/world.yaml:5: queue.msdyn_operatinghourid: @kim is a contact, not a msdyn_operatinghour',
    ],
    ['rows:\n  contact:\n    - ref: kim\n    - ref: kim', 'w/world.yaml:4: the name @kim is taken'],
    ['rows:\n  contact: Kim', 'contact must be a list of rows'],
    ['rows:\n  contact:\n    - Kim', 'a row of contact is a map of columns'],
    ['rows:\n  contact:\n    - lastname: [a', 'w/world.yaml:3'],
    ['rwos: {}', 'there is no section rwos; there are rows, associations, flows and testNumbers'],
    [
      'associations:\n  queuemembership_association:\n    - ["@a", "@b"]',
      'needs pairs of "@name": a queue and a systemuser',
    ],
    ['flows:\n  "@bot": ivr.yaml', '@bot is not a systemuser of this world'],
    ['testNumbers:\n  "45": echo', '45 must be an E.164 number with echo, tone, ring, busy'],
    [
      'rows:\n  systemuser:\n    - ref: bot\nflows:\n  "@bot": gone.yaml',
      'gone.yaml:1: this file is missing',
    ],
    [
      'rows:\n  systemuser:\n    - ref: bot\nflows:\n  "@bot": ../../secret',
      'must be the name of a file beside it',
    ],
  ])('%j is refused', (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  test('says how many more mistakes there are, and that nothing was written', () => {
    expect(refusal('rows:\n  queue:\n    - a: 1\n      b: 2\n      c: 3')).toMatch(
      / \(and 2 more\)\. Nothing was written\.$/,
    );
  });

  test('that is not there is named', () => {
    expect(() => readWorld(join(folder, 'nowhere'))).toThrow('nowhere/world.yaml:1: this file is missing');
  });
});
