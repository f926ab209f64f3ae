import type { RoleName } from '../../door/shapes';

/** What a person can be here, in the order in which screens show it. */
export const roles: readonly RoleName[] = [
  'front_desk',
  'therapist',
  'office_manager',
  'privacy_officer',
];
