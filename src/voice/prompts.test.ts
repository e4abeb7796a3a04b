import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PaperSpeech } from '../../test/calls/paper.ts';
import { parseFlow } from './ivr/parse-flow.ts';
import { createPrompts } from './prompts.ts';

const text = readFileSync(new URL('../../test/calls/front-desk.yaml', import.meta.url), 'utf8');
const flow = parseFlow('front-desk.yaml', text);
const welcome = 'Welcome to the front desk.';

it('speaks every prompt ahead of time, once, the first of the flow first (INVITE to 200 within 100 ms)', async () => {
  const speech = new PaperSpeech();
  const lines: string[] = [];
  const prompts = createPrompts(speech, [flow], (line) => lines.push(line));
  await prompts.warmed;
  expect(speech.spoken).toEqual([welcome, 'For Legal, press 1. For Sales, press 2. For Support, press 3.']);
  expect(await prompts.find(flow, welcome)).toBe(`${welcome}.wav`);
  expect(speech.spoken).toHaveLength(2);
  expect(lines).toEqual([]);
});

it('logs what cannot be spoken, goes on, and tries again when it is asked for', async () => {
  const speech = new PaperSpeech();
  speech.fail = true;
  const lines: string[] = [];
  const prompts = createPrompts(speech, [flow], (line) => lines.push(line));
  await prompts.warmed;
  expect(speech.spoken).toHaveLength(2);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`front-desk.yaml: cannot speak "${welcome}": Error: no voice`);
  speech.fail = false;
  expect(await prompts.find(flow, welcome)).toBe(`${welcome}.wav`);
});

it('says nothing of what is left unspoken when the server stops', async () => {
  const speech = new PaperSpeech();
  let stop = (): void => {};
  speech.gate = new Promise((resolve) => {
    stop = resolve;
  });
  const lines: string[] = [];
  const prompts = createPrompts(speech, [flow], (line) => lines.push(line));
  prompts.close();
  speech.fail = true;
  stop();
  await prompts.warmed;
  expect(speech.spoken).toEqual([welcome]);
  expect(lines).toEqual([]);
});
