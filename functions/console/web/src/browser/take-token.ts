/** The token of an address like `/console#token=…`. It is removed from the address at once, before anything else can see it there. */
export const takeToken = (
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
): string | null => {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', `${location.pathname}${location.search}`);
  return token === '' ? null : token;
};
