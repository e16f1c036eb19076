/**
 * Lets a stated number of tasks through at once and queues the rest in order. It is no pool and no retry: a task that fails simply
 * makes room for the next one.
 */
export interface Gate {
  /** Runs the task as soon as there is room; settles as the task does. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

export function createGate(roomMax: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  const enter = (): Promise<void> => {
    if (inside < roomMax) {
      inside += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  return {
    async run(task) {
      await enter();
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
