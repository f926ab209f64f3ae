import { describe, expect, it } from 'vitest';
import { DoorError } from './error';
import { failed } from './failed';

describe('a look that failed', () => {
  it('takes away nothing that is there and may still be seen', () => {
    const lost = new DoorError('door.unreachable', {}, true);
    expect(failed({ error: lost, data: undefined })).toBe(true);
    expect(failed({ error: lost, data: 'a form' })).toBe(false);
    expect(failed({ error: null, data: undefined })).toBe(false);
  });

  it('takes away what is gone or no longer for this person', () => {
    for (const code of ['app.not_found', 'app.forbidden', 'app.locked']) {
      expect(failed({ error: new DoorError(code), data: 'a name' })).toBe(true);
    }
  });
});
