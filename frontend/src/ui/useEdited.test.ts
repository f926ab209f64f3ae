import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useEdited } from './useEdited';

const first = { name: 'Juniper', days: [1, 2], cap: 3 };

const editing = () =>
  renderHook(({ there }) => useEdited(there), { initialProps: { there: first } });

describe('the fields of a form', () => {
  it('keep what was typed and show what was saved elsewhere in the others', () => {
    const { result, rerender } = editing();
    expect(result.current.changed).toBe(false);
    act(() => result.current.set({ name: 'Juniper Clinic' }));
    rerender({ there: { ...first, cap: 5 } });
    expect(result.current.draft).toEqual({ name: 'Juniper Clinic', days: [1, 2], cap: 5 });
    expect(result.current.changed).toBe(true);
  });

  it('keep what was typed while the rest was being saved', () => {
    const { result, rerender } = editing();
    act(() => result.current.set({ name: 'Juniper Clinic', cap: 4 }));
    const sent = result.current.draft;
    act(() => result.current.set({ name: 'Juniper Clinic East' }));
    rerender({ there: sent });
    act(() => result.current.saved(sent));
    expect(result.current.draft).toEqual({ ...sent, name: 'Juniper Clinic East' });
    act(() => result.current.saved(result.current.draft));
    expect(result.current.changed).toBe(false);
  });

  it('take two changes that come before the next drawing', () => {
    const { result } = editing();
    act(() => {
      result.current.set(({ days }) => ({ days: [...days, 3] }));
      result.current.set(({ days }) => ({ days: [...days, 4] }));
    });
    expect(result.current.draft.days).toEqual([1, 2, 3, 4]);
  });
});
