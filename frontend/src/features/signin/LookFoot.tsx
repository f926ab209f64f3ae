import { LanguageSwitch, SchemeSwitch } from '../../ui/frame/LookSwitch';

/** Language and appearance, where nobody has signed in yet. */
export function LookFoot() {
  return (
    <>
      <LanguageSwitch />
      <SchemeSwitch />
    </>
  );
}
