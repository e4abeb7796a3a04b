import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type NotFoundRouteProps,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ConversationRoute } from './conversation/conversation-form.tsx';
import { HomeRoute } from './home/home-route.tsx';
import { TextLink } from './kit/link-button.tsx';
import page from './kit/page.module.css';
import { Failed } from './kit/states.tsx';
import { parseFilter } from './requests/filter.ts';
import { Shell } from './shell/shell.tsx';
import { SessionRoute } from './workspace/session-route.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const explorer = lazyRouteComponent(() => import('./explorer/route.tsx'), 'ExplorerRoute');

const requestList = lazyRouteComponent(() => import('./requests/request-list.tsx'), 'RequestList');
const requestDetail = lazyRouteComponent(() => import('./requests/request-detail.tsx'), 'RequestDetail');

const tree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/demo',
    component: lazyRouteComponent(() => import('./demo/demo-route.tsx'), 'DemoRoute'),
  }),
  shell.addChildren([
    createRoute({
      getParentRoute: () => shell,
      path: '/',
      beforeLoad: () => {
        throw redirect({ to: '/workspace/home', replace: true });
      },
    }),
    createRoute({ getParentRoute: () => shell, path: '/workspace/home', component: HomeRoute }),
    createRoute({
      getParentRoute: () => shell,
      path: '/workspace/s/$sessionId',
      component: SessionRoute,
      validateSearch: ({ tab }: Record<string, unknown>): { tab?: string } =>
        typeof tab === 'string' ? { tab } : {},
    }),
    createRoute({
      getParentRoute: () => shell,
      path: '/conversations/$id/$tab',
      component: ConversationRoute,
    }),
    createRoute({
      getParentRoute: () => shell,
      path: '/requests',
      component: requestList,
      validateSearch: parseFilter,
    }),
    createRoute({ getParentRoute: () => shell, path: '/requests/$id', component: requestDetail }),
    createRoute({ getParentRoute: () => shell, path: '/explorer', component: explorer }),
    createRoute({ getParentRoute: () => shell, path: '/explorer/$conversationId', component: explorer }),
  ]),
]);

function NotFound(_props: NotFoundRouteProps) {
  return (
    <div className={page.page}>
      <h1 className={page.title}>There is no such page</h1>
      <p>
        <TextLink to="/workspace/home">Home</TextLink>
      </p>
    </div>
  );
}

/** The screens by address. A screen that breaks leaves the shell, and with it the call, standing (ui.md §9). */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => (
    <Failed
      what="this screen"
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={reset}
    />
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
