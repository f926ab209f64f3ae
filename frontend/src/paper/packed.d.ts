/** The address of a compressed file of the typesetter; see paperAssets.ts. */
declare module 'packed:*' {
  const address: string;
  export default address;
}
