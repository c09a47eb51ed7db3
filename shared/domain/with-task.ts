import type { Order, Task } from './order.ts';

/** The task with this patch, and this change's history entry among its evidence. */
export const withTask = (order: Order, id: string, patch: Partial<Task>, version: number): Order => ({
  ...order,
  tasks: order.tasks.map((task) =>
    task.id === id ? { ...task, ...patch, evidence: [...new Set([...task.evidence, version])] } : task,
  ),
});
