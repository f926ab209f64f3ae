import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useSettled } from './useSettled';

describe('a settled value', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const typed = (first: string) =>
    renderHook(({ value }) => useSettled(value, 150), { initialProps: { value: first } });

  it('follows once the typing has paused, and skips what was on the way', () => {
    const { result, rerender } = typed('');
    for (const value of ['H', 'Ha', 'Han']) {
      rerender({ value });
      act(() => vi.advanceTimersByTime(149));
      expect(result.current).toBe('');
    }
    act(() => vi.advanceTimersByTime(1));
    expect(result.current).toBe('Han');
  });

  it('is empty at once when the field is emptied', () => {
    const { result, rerender } = typed('Han');
    rerender({ value: '' });
    expect(result.current).toBe('');
  });
});
