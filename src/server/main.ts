#!/usr/bin/env node
/** The program: reads the settings, starts the server, stops it on a signal. Reasons not to start are one line. */
import { StartError as StoreStartError } from '../store/index.ts';
import { banner } from './banner.ts';
import { readConfig } from './config.ts';
import { stackOf } from './errors.ts';
import { type Running, start } from './start.ts';
import { exitCodes, StartError } from './start-error.ts';

/** How long a clean stop may take before the process ends anyway. */
const stopTimeoutMs = 10_000;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ends the process with a reason in one line when a person can mend it, else with the whole fault. */
function fail(error: unknown): never {
  if (error instanceof StartError || error instanceof StoreStartError) {
    process.stderr.write(`wirechief: ${error.message}\n`);
    process.exit(error instanceof StartError ? error.exitCode : exitCodes.unavailable);
  }
  process.stderr.write(`wirechief: unexpected fault, please report it:\n${stackOf(error)}\n`);
  process.exit(1);
}

/** Stops the server within bounded time. */
async function stop(starting: Promise<Running>, exitCode: number): Promise<void> {
  setTimeout(() => {
    log(`not stopped after ${stopTimeoutMs / 1000} s: ending anyway`);
    process.exit(1);
  }, stopTimeoutMs).unref();
  try {
    await (await starting).close();
    process.exit(exitCode);
  } catch (error) {
    log(`stopping: ${stackOf(error)}`);
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env, process.cwd());
  const starting = start(config, log);
  let isStopping = false;
  for (const [signal, exitCode] of Object.entries(signals)) {
    process.on(signal, () => {
      if (isStopping) process.exit(exitCode);
      isStopping = true;
      void stop(starting, 0);
    });
  }
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      log(`unexpected fault: ${stackOf(error)}`);
      if (!isStopping) void stop(starting, 1);
      isStopping = true;
    });
  }
  const running = await starting;
  void running.lost.then((reason) => {
    if (isStopping) return;
    isStopping = true;
    log(reason);
    void stop(starting, exitCodes.unavailable);
  });
  const greeting = await banner(config, running, performance.now()).catch((error: unknown) => {
    // Who is told to stop while it reads for the greeting has nothing to read from any more.
    if (isStopping) return null;
    throw error;
  });
  if (greeting !== null && !isStopping) say(greeting);
}

main().catch(fail);
