import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './ask.ts';
import { router } from './router.tsx';
import { openLink } from './shell/link.ts';
import './styles.css';
import { showTheme } from './theme.ts';

showTheme();
void openLink(queryClient);
// A link that is pasted into an open page changes no more than this.
addEventListener('hashchange', () => void openLink(queryClient));
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
