/** Routes for administrators: a bearer token of a System Administrator, an answer, every refusal in the form of the Web
 *  API. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../tables/index.ts';
import type { Answer } from '../answer.ts';
import { stackOf } from '../errors.ts';
import type { Context, Services } from './context.ts';
import { answer, refusalAnswer } from './send.ts';
import { authenticated } from './webapi.ts';

/** What a route does for an administrator. */
export type AdministeredWork = (services: Services, request: FastifyRequest) => Promise<Answer> | Answer;

/** The handler of such a route. Answers 401 without a token, refuses administratorsOnly. */
export const administered =
  (context: Context, work: AdministeredWork) =>
  (request: FastifyRequest, reply: FastifyReply): void => {
    authenticated(context, request, reply, ({ caller }, services) => {
      reply.hijack();
      const answered = async (): Promise<Answer> => {
        if (!(await services.api.isAdministrator(caller))) throw new Refusal('administratorsOnly');
        return work(services, request);
      };
      const path = request.routeOptions.url;
      answered()
        .catch((error: unknown) => {
          if (error instanceof Refusal) return refusalAnswer(error);
          context.log(`${request.method} ${path}: ${stackOf(error)}`);
          return refusalAnswer(new Refusal('unexpected', request.id));
        })
        .then((given) => answer(reply, given))
        .catch((error: unknown) => context.log(`${request.method} ${path}: ${stackOf(error)}`));
    });
  };
