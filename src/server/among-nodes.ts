/** This server among the others on its database: it says that it is there, ends what the dead left behind, and stops when
 *  the others took it for dead. Source: docs/decisions/0011-several-servers.md. */
import type { Engine } from '../conversation/index.ts';
import type { LostNode, Store } from '../store/index.ts';
import { stackOf } from './errors.ts';

/** A server that has joined. `expelled` resolves with the reason when it has to stop. */
export interface AmongNodes {
  readonly expelled: Promise<string>;
  /** Leaves, when what is being cleared up is done. */
  leave(): Promise<void>;
}

/** Joins, and ends what was left by servers that are gone, before any call can come in. */
export async function joinNodes(parts: {
  readonly nodes: Store['nodes'];
  readonly engine: Engine;
  readonly log: (line: string) => void;
}): Promise<AmongNodes> {
  const { nodes, engine, log } = parts;
  let clearing: Promise<void> = Promise.resolve();
  const clear = (node: LostNode): Promise<void> =>
    engine.run({ type: 'NodeLost', node: node.id, ...aliveOn(node.lastAliveOn) });
  let expel = (_reason: string): void => {};
  const expelled = new Promise<string>((resolve) => {
    expel = resolve;
  });
  const { alone, lost } = await nodes.join({
    onLost: (node) => {
      log(`server ${node.id} on the same database is gone: ending its calls`);
      clearing = clearing
        .then(() => clear(node))
        .catch((error: unknown) => log(`after server ${node.id}: ${stackOf(error)}`));
    },
    onExpelled: expel,
  });
  if (!alone) for (const node of lost) await clear(node);
  else {
    const seen = lost.flatMap(({ lastAliveOn }) => (lastAliveOn === null ? [] : [lastAliveOn.getTime()]));
    await engine.run({
      type: 'ServerStarted',
      ...aliveOn(seen.length === 0 ? null : new Date(Math.max(...seen))),
    });
  }
  return {
    expelled,
    leave: async () => {
      await clearing;
      await nodes.leave();
    },
  };
}

const aliveOn = (lastAliveOn: Date | null) => (lastAliveOn === null ? {} : { lastAliveOn });
