import { LanguageSwitch, SchemeSwitch } from '../../ui';

/** Language and appearance, where nobody has signed in yet. */
export function LookFoot() {
  return (
    <>
      <LanguageSwitch />
      <SchemeSwitch />
    </>
  );
}
