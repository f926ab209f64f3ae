import type { IncidentStep } from '../door/shapes';
import type { Formats } from '../i18n/formats';
import type { Words } from '../i18n/words';

/** What can be ticked of a text that went wrong, in the order in which it is asked. */
export const contents = [
  'name',
  'contact',
  'appointment',
  'health',
  'medication',
  'results',
  'billing',
  'substance_use',
  'nothing',
] as const;

export const recipients = ['patient', 'relative', 'stranger', 'unknown'] as const;

export const deeds = [
  'called',
  'asked_delete',
  'said_deleted',
  'not_reached',
  'told_patient',
  'told_manager',
  'fixed_number',
  'taught_staff',
] as const;

export const factors = ['nature', 'recipient', 'viewed', 'mitigation'] as const;

/** A step in one line: what happened. */
export function stepLine(t: Words, formats: Formats, step: IncidentStep): string {
  switch (step.what) {
    case 'number':
      return t(step.right ? 'incidents.step.numberRight' : 'incidents.step.numberWrong');
    case 'assessed':
      return t(
        step.conclusion === 'breach' ? 'incidents.step.breach' : 'incidents.step.lowProbability',
      );
    case 'told':
      return t(step.whom === 'hhs' ? 'incidents.step.toldHhs' : 'incidents.step.toldPatient', {
        date: formats.day(step.on),
      });
    default:
      return t(`incidents.step.${step.what}`);
  }
}

/** What belongs to a step, as sentences: what was done, what was said, the factors. */
export function stepMore(t: Words, step: IncidentStep): string[] {
  const weighed = step.factors;
  return [
    ...step.done.map((deed) => t(`incidents.deed.${deed}`)),
    ...(weighed ? factors.map((f) => `${t(`incidents.factor.${f}`)}: ${weighed[f]}`) : []),
    ...(step.words ? [step.words] : []),
  ];
}
