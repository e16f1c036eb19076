/**
 * A process of its own that takes orders over the channel of `fork` and answers each: the side that asks, and the side that answers. It knows no
 * order. The child ends with its parent.
 */
import { fork } from 'node:child_process';

interface Asked<Order> {
  readonly id: number;
  readonly order: Order;
}

interface Answered<Answer> {
  readonly id: number;
  readonly answer?: Answer;
  readonly error?: string;
}

export interface Forked<Order, Answer> {
  /** Rejects with the child's error, or when the child ends. */
  ask(order: Order): Promise<Answer>;
  /** Resolves when the child is gone. */
  end(): Promise<void>;
}

export function forkProcess<Order, Answer>(
  file: string,
  execArgv: readonly string[] = [],
): Forked<Order, Answer> {
  const child = fork(file, [], { execArgv: [...execArgv] });
  const waiting = new Map<number, (answered: Answered<Answer>) => void>();
  let lastId = 0;
  let isGone = false;
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isGone = true;
      for (const [id, settle] of waiting) settle({ id, error: 'the process ended' });
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message) => {
    const answered = message as Answered<Answer>;
    waiting.get(answered.id)?.(answered);
    waiting.delete(answered.id);
  });
  return {
    async ask(order) {
      if (isGone) throw new Error('the process ended');
      lastId += 1;
      const id = lastId;
      const { answer, error } = await new Promise<Answered<Answer>>((resolve) => {
        waiting.set(id, resolve);
        child.send({ id, order } satisfies Asked<Order>);
      });
      if (error !== undefined) throw new Error(error);
      return answer as Answer;
    },
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In the child: carries out every order that comes, and ends with the parent. */
export function answerOrders<Order, Answer>(carryOut: (order: Order) => Promise<Answer>): void {
  process.on('message', (message) => {
    const { id, order } = message as Asked<Order>;
    carryOut(order).then(
      (answer) => process.send?.({ id, answer } satisfies Answered<Answer>),
      (error: unknown) =>
        process.send?.({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : 'error',
        } satisfies Answered<Answer>),
    );
  });
  process.on('disconnect', () => process.exit());
}
