import { describe, expect, it } from 'vitest';
import { buildTrace, inView, type TraceRows } from './trace.ts';

const conversation = '0a3b0dac-11f9-4cc9-a04d-e0b77a4efb5f';
const session = 'b6346b35-7e8a-4ef2-9781-2b244cf773a4';
const queue = '2b9f4c1d-77aa-4e3e-9f0a-0d3c5e1fb720';

const rows: TraceRows = {
  conversation: {
    activityid: conversation,
    subject: 'Kim Berg: Front-desk workstream',
    _msdyn_cdsqueueid_value: queue,
  },
  ongoing: null,
  contact: null,
  workstream: null,
  template: null,
  engagements: [{ msdyn_ocphonecallengagementctxid: 'e1', _msdyn_liveworkitemid_value: conversation }],
  variables: [],
  sessions: [
    { activityid: session, _msdyn_liveworkitemid_value: conversation, _msdyn_cdsqueueid_value: queue },
  ],
  participants: [
    {
      msdyn_sessionparticipantid: 'p1',
      _msdyn_omnichannelsession_value: session,
      _msdyn_cdsqueueid_value: queue,
      msdyn_talktime: 59,
    },
  ],
  queues: [{ queueid: queue, name: 'Legal Call center Queue' }],
  queueItems: [],
  runs: [],
};

describe('buildTrace (mission S0.1, S0.9)', () => {
  it('ties engagement to conversation, session to conversation and queue, participant to session', () => {
    const { edges } = buildTrace(rows);
    const ties = edges.map(({ from, to, label }) => `${from.split(':')[0]} -${label}→ ${to.split(':')[0]}`);
    expect(ties).toEqual(
      expect.arrayContaining([
        'msdyn_ocphonecallengagementctx -conversation→ msdyn_ocliveworkitem',
        'msdyn_ocsession -conversation→ msdyn_ocliveworkitem',
        'msdyn_ocsession -queue→ queue',
        'msdyn_sessionparticipant -session→ msdyn_ocsession',
      ]),
    );
  });

  it('shows a zero and leaves out what is empty', () => {
    const { nodes } = buildTrace({
      ...rows,
      participants: [{ msdyn_sessionparticipantid: 'p1', msdyn_talktime: 0 }],
    });
    const participant = nodes.find(({ kind }) => kind === 'participant');
    expect(participant?.fields.map(({ column }) => column)).toEqual([
      'msdyn_sessionparticipantid',
      'msdyn_talktime',
    ]);
    expect(participant?.fields.at(-1)?.value).toBe('0');
  });

  it('front end shows no configuration, back end no people', () => {
    const trace = buildTrace(rows);
    expect(new Set(inView(trace, 'front').nodes.map(({ kind }) => kind))).toEqual(
      new Set(['engagement', 'conversation', 'session', 'participant']),
    );
    const back = inView(trace, 'back');
    expect(back.nodes.some(({ kind }) => kind === 'participant' || kind === 'session')).toBe(false);
    expect(back.edges.every(({ from, to }) => back.nodes.some(({ key }) => key === from || key === to))).toBe(
      true,
    );
  });
});
