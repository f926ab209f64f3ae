import { createHashRouter, type DataRouter } from 'react-router';
import { Start } from './Start';

/**
 * The addresses of the window. They live behind the #, so that the same build
 * works from the window's own files and from a web server.
 */
export function createRoutes(): DataRouter {
  return createHashRouter([
    { path: '/', element: <Start /> },
    {
      path: '/gallery/*',
      // A tenth of a second without a page is better than a flash of one.
      HydrateFallback: () => null,
      lazy: async () => ({ Component: (await import('./ui/gallery/Gallery')).Gallery }),
    },
  ]);
}
