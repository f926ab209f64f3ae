/** What goes through the doors, for every screen; the generated file itself stays behind the door. */
export type * from './bindings';
