/** The addresses of sign-in: the token and authorization endpoints with and without a tenant, old and new, discovery,
 *  where the pages sign in, and the list of people for their buttons (webapi.md §17). */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, errorAnswer, jsonAnswer } from '../answer.ts';
import { authorize, type Issuer } from '../oauth/authorize.ts';
import { discovery, keySet } from '../oauth/discovery.ts';
import { pagesSignIn } from '../oauth/pages-sign-in.ts';
import { whyBuiltInIsOff } from '../oauth/sign-in.ts';
import type { Context, Services } from './context.ts';
import { answer } from './send.ts';
import { starting } from './webapi.ts';

const maxFormBytes = 65_536;

/** Adds the routes of sign-in. */
export function addOAuthRoutes(app: FastifyInstance, context: Context): void {
  const serve =
    (work: (services: Services, request: FastifyRequest, origin: string) => Promise<Answer> | Answer) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const services = context.services();
      answer(
        reply,
        services === null ? starting() : await work(services, request, context.origin(request.raw)),
      );
    };

  const token = serve(async (services, request, origin) => {
    const { method, url, headers } = request;
    // Without bodies: they hold nothing but secrets.
    const ongoing = services.requests.begin({
      id: randomUUID(),
      method,
      url: url.split('?', 1)[0] ?? '',
      headers,
    });
    const given = await tokens(services, request, origin);
    ongoing.end({ ...given, body: null });
    return given;
  });
  const tokens = async ({ tokenEndpoint }: Services, request: FastifyRequest, origin: string) => {
    const form = formOf(request);
    if (form === null) {
      return jsonAnswer(
        400,
        {
          error: 'invalid_request',
          error_description: 'Send a body of type application/x-www-form-urlencoded.',
        },
        { 'cache-control': 'no-store' },
      );
    }
    return tokenEndpoint.token({ form, authorization: request.headers.authorization, origin });
  };
  const signIn = serve(({ issuer }, request, origin) => {
    const [path = '', query = ''] = (request.raw.url ?? '').split('?', 2);
    return authorize(issuer, new URLSearchParams(query), origin, path);
  });
  for (const base of ['', '/:tenant']) {
    for (const version of ['', '/v2.0']) {
      app.post(`${base}/oauth2${version}/token`, { bodyLimit: maxFormBytes }, token);
      app.get(`${base}/oauth2${version}/authorize`, signIn);
    }
    app.get(
      `${base}/v2.0/.well-known/openid-configuration`,
      serve(({ issuer }, _request, origin) => whenOn(issuer, () => discovery(origin))),
    );
    app.get(
      `${base}/discovery/v2.0/keys`,
      serve(({ issuer }) => whenOn(issuer, () => keySet(issuer.tokens.key))),
    );
  }
  app.get(
    '/.well-known/openid-configuration',
    serve(({ issuer }, _request, origin) => whenOn(issuer, () => discovery(origin))),
  );
  app.get(
    '/sign-in/settings',
    serve(({ issuer, external }, _request, origin) => pagesSignIn(issuer.signIn, external, origin)),
  );
  app.get(
    '/sign-in/people',
    serve(({ issuer }) => people(issuer)),
  );
}

async function people({ signIn, directory }: Issuer): Promise<Answer> {
  if (signIn.kind !== 'development') return errorAnswer(404, 'There is no one-click sign-in here.');
  const all = await directory.people();
  return jsonAnswer(
    200,
    all.map(({ signInName, displayName }) => ({ signInName, displayName })),
    { 'cache-control': 'no-store' },
  );
}

/** The answer while the built-in issuer is on; else 404 saying who issues tokens. */
function whenOn({ signIn }: Issuer, work: () => Answer): Answer {
  const isOff = whyBuiltInIsOff(signIn);
  return isOff === null ? work() : errorAnswer(404, isOff);
}

function formOf(request: FastifyRequest): URLSearchParams | null {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || !Buffer.isBuffer(request.body)) return null;
  return new URLSearchParams(request.body.toString('utf8'));
}
