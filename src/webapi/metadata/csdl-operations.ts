import { tables } from '../../tables/index.ts';
import { type Member, type Operation, operations } from '../plan/operations.ts';

const isServed = ([, operation]: readonly [string, Operation]): boolean => operation.served === true;

/** The operations served, each after the complex type that it returns. Source: webapi.md §13. */
export const operationElements = (): string[] =>
  [...operations]
    .filter(isServed)
    .flatMap(([name, operation]) => [...responseType(name, operation), ...operationElement(name, operation)]);

/** The imports of the operations that stand by themselves. */
export const operationImports = (): string[] =>
  [...operations]
    .filter((entry) => isServed(entry) && entry[1].bound === null)
    .map(([name, { kind }]) => {
      const element = kind === 'function' ? 'Function' : 'Action';
      return `<${element}Import Name="${name}" ${element}="Microsoft.Dynamics.CRM.${name}" />`;
    });

const unicode = (type: string): string => (type.includes('Edm.String') ? ' Unicode="false"' : '');

const typed = ({ name, type, required }: Member): string =>
  `Name="${name}" Type="${type}"${required ? ' Nullable="false"' : ''}${unicode(type)}`;

function responseType(name: string, { returns }: Operation): string[] {
  if (returns === undefined || typeof returns === 'string') return [];
  const properties = returns.map((member) => `<Property ${typed(member)} />`);
  return [`<ComplexType Name="${name}Response">${properties.join('')}</ComplexType>`];
}

/** The types an operation is bound to: one element for each. */
function bindings({ bound, tables: several, onSet }: Operation): (string | null)[] {
  if (bound === null) return [null];
  const names = bound === '*' ? (several?.filter((name) => tables.has(name)) ?? ['crmbaseentity']) : [bound];
  return names.map((name) => (onSet ? `Collection(mscrm.${name})` : `mscrm.${name}`));
}

function operationElement(name: string, operation: Operation): string[] {
  const { kind, parameters = [], returns, onSet } = operation;
  const element = kind === 'function' ? 'Function' : 'Action';
  const own = parameters.map((member) => `<Parameter ${typed(member)} />`).join('');
  const result =
    returns === undefined
      ? ''
      : `<ReturnType Type="${typeof returns === 'string' ? returns : `mscrm.${name}Response`}" Nullable="false" />`;
  return bindings(operation).map((type) => {
    if (type === null) return `<${element} Name="${name}">${own}${result}</${element}>`;
    const first = `<Parameter Name="${onSet ? 'entityset' : 'entity'}" Type="${type}" Nullable="false" />`;
    return `<${element} Name="${name}" IsBound="true">${first}${own}${result}</${element}>`;
  });
}
