import { FluentProvider } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import './kit/global.css';
import { useTheme } from './kit/theme.ts';
import { WebApiError } from './kit/web-api.ts';
import { router } from './router.tsx';
import { completeSignIn } from './sign-in/code-flow.ts';
import { signInProblem } from './sign-in/sign-in-problem.ts';

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal stays one however often it is asked again; a lost connection may come back.
      retry: (count, error) =>
        count < 3 && !(error instanceof WebApiError && error.status >= 400 && error.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});

function App() {
  return (
    <FluentProvider theme={useTheme()}>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </FluentProvider>
  );
}

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element #root.');
signInProblem.set(await completeSignIn());
createRoot(place).render(<App />);
