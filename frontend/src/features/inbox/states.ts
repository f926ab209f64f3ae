import type { Message } from '../../door/shapes';
import type { MessageStateValue } from '../../ui';

/** How far a text of ours has come, for its picture and words. */
export function stateOf(message: Message): MessageStateValue {
  switch (message.state) {
    case 'later':
      return message.until ? { kind: 'waitingUntil', until: message.until } : { kind: 'waiting' };
    case 'scheduled':
      return { kind: 'scheduled', until: message.until };
    case 'received':
      return { kind: 'delivered' };
    default:
      return { kind: message.state };
  }
}
