/** Thrown when a message can't be handled now: it is to come again. Anything else that is thrown is a fault. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
}
