/**
 * What a door answers instead of an answer: the code of a sentence, what the
 * sentence needs, and whether the same call may succeed later. It holds no text
 * for the screen; `i18n` chooses the sentence by the code.
 */
export class DoorError extends Error {
  override readonly name = 'DoorError';

  constructor(
    readonly code: string,
    readonly params: Readonly<Record<string, unknown>> = {},
    readonly retry = false,
  ) {
    super(code);
  }
}

/** Codes that arise on this side of the door, where no answer could be had. */
export const screenCodes = {
  /** Nothing came back: the program behind the screen is gone or starting. */
  unreachable: 'door.unreachable',
  /** What came back is no reply of a door. */
  unreadable: 'door.unreadable',
  /** The screen itself failed; see the error boundary. */
  screen: 'door.screen',
} as const;

/** The code of whatever was thrown; what is not a DoorError is the screen's own fault. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof DoorError ? thrown.code : screenCodes.screen;
}

/** Whatever was thrown, as a DoorError. */
export function asDoorError(thrown: unknown): DoorError {
  return thrown instanceof DoorError ? thrown : new DoorError(screenCodes.screen);
}
