import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDoor } from '../test/FakeDoor';
import { closedState, openState } from '../test/shapes';
import { AppState, type Standpoint } from './appState';
import type { State } from './bindings';
import { outdatedBy } from './changes';
import { DoorError } from './error';
import { follow } from './follow';
import { newId } from './ids';

function setUp(first: State | DoorError) {
  let answer: State | DoorError = first;
  const door = new FakeDoor({ 'app.state': () => answer });
  const queries = new QueryClient();
  const state = new AppState(door, () => queries.clear());
  const seen: Standpoint[] = [];
  state.subscribe(() => seen.push(state.current()));
  return { door, queries, state, seen, next: (s: State | DoorError) => (answer = s) };
}

const known = (now: Standpoint) => {
  if (now.kind !== 'known') throw new Error(`not known but ${now.kind}`);
  return now;
};

describe('the state of the program', () => {
  it('keeps what was fetched while the same person is signed in', async () => {
    const { state, queries, seen } = setUp(openState);
    await state.ask();
    queries.setQueryData(['thread', 'a'], 'text');
    const before = known(state.current()).era;
    state.recheck();
    expect(known(state.current()).covered).toBe(true);
    await vi.waitFor(() => expect(known(state.current()).covered).toBe(false));
    expect(known(state.current()).era).toBe(before);
    expect(queries.getQueryData(['thread', 'a'])).toBe('text');
    expect(seen.length).toBeGreaterThan(0);
  });

  it('forgets everything where somebody else is signed in, or nobody', async () => {
    const { state, queries, next } = setUp(openState);
    await state.ask();
    queries.setQueryData(['thread', 'a'], 'text');
    const before = known(state.current()).era;
    next(closedState);
    state.recheck();
    await vi.waitFor(() => expect(known(state.current()).state.phase).toBe('locked'));
    expect(known(state.current()).era).toBeGreaterThan(before);
    expect(queries.getQueryData(['thread', 'a'])).toBeUndefined();
  });

  it('forgets everything where the program does not answer', async () => {
    const { state, queries, next } = setUp(openState);
    await state.ask();
    queries.setQueryData(['thread', 'a'], 'text');
    next(new DoorError('door.unreachable', {}, true));
    await state.ask();
    expect(state.current()).toMatchObject({ kind: 'failed' });
    expect(queries.getQueryData(['thread', 'a'])).toBeUndefined();
  });

  it('drops at once, before any answer', async () => {
    const { state, queries } = setUp(openState);
    await state.ask();
    queries.setQueryData(['thread', 'a'], 'text');
    state.drop();
    expect(state.current()).toEqual({ kind: 'asking' });
    expect(queries.getQueryData(['thread', 'a'])).toBeUndefined();
    await vi.waitFor(() => expect(state.current().kind).toBe('known'));
  });

  it('takes the answer to the newest question', async () => {
    const { state, door } = setUp(openState);
    let release = (_: State): void => {};
    door.on({ 'app.state': () => new Promise<State>((answer) => (release = answer)) });
    const asked = state.ask();
    state.accept(closedState);
    release(openState);
    await asked;
    expect(known(state.current()).state.phase).toBe('locked');
  });
});

describe('a lock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes after what a screen keeps as it leaves', async () => {
    const { state, door } = setUp(openState);
    door.on({ 'session.lock': () => ({}) });
    let kept = (): void => {};
    state.keepFirst(new Promise((done) => (kept = done)));
    const locked = state.lock();
    expect(state.current()).toEqual({ kind: 'asking' });
    await vi.advanceTimersByTimeAsync(100);
    expect(door.asked('session.lock')).toEqual([]);
    kept();
    await locked;
    expect(door.asked('session.lock')).toHaveLength(1);
  });

  it('waits only a moment for a program that does not answer', async () => {
    const { state, door } = setUp(openState);
    door.on({ 'session.lock': () => ({}) });
    state.keepFirst(new Promise(() => {}));
    const locked = state.lock();
    await vi.advanceTimersByTimeAsync(600);
    await locked;
    expect(door.asked('session.lock')).toHaveLength(1);
  });
});

describe('following changes', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('answers a burst together and refetches only what it touches', async () => {
    const { door, queries, state } = setUp(openState);
    const stop = follow(door, queries, state);
    const invalidate = vi.spyOn(queries, 'invalidateQueries');
    door.change('thread', 'a');
    door.change('inbox');
    expect(invalidate).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(50);
    expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
      ['thread', 'a'],
      ['text'],
      ['inbox'],
    ]);
    stop();
  });

  it('drops the screen when the program locks', async () => {
    const { door, queries, state } = setUp(openState);
    state.accept(openState);
    const stop = follow(door, queries, state);
    door.lock();
    expect(state.current()).toEqual({ kind: 'asking' });
    stop();
  });
});

describe('a change', () => {
  it('of a patient reaches the threads, the lists and the answers', () => {
    expect(outdatedBy({ topic: 'consent', ids: ['p'], pos: 1 })).toEqual(
      expect.arrayContaining([['patient'], ['thread'], ['inbox'], ['text']]),
    );
  });

  it('of a topic that is not known asks for everything', () => {
    expect(outdatedBy({ topic: 'weather', ids: [], pos: 1 })).toBe('everything');
  });
});

describe('a new id', () => {
  it('is written as the program writes ids', () => {
    const counted = newId((into) => into.set(Array.from({ length: 16 }, (_, i) => i)));
    // The bytes 0…15 in base32 "extended hex", RFC 4648 §7.
    expect(counted).toBe('000g40o40k30e209185go38e1s');
    expect(newId((into) => into.fill(255))).toBe('vvvvvvvvvvvvvvvvvvvvvvvvvs');
    expect(newId()).toMatch(/^[0-9a-v]{26}$/);
  });
});
