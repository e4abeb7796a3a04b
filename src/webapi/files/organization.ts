/** What the organization's row says of files and of change tracking. */
import type { Reader } from '../../store/index.ts';
import { tables } from '../../tables/index.ts';
import { quote, tableName } from '../sql/text.ts';

/** `maxUploadBytes`: of a note's file, counted in base64. `blocked`: extensions that are not taken, in lower case.
 *  `trackingDays`: how long a delta token lives. */
export interface OrganizationLimits {
  readonly maxUploadBytes: number;
  readonly blocked: ReadonlySet<string>;
  readonly trackingDays: number;
}

/** The product's own list. Source: published documentation, organization.blockedattachments. */
const blockedByDefault = [
  'ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;csh;dll;exe;fxp;hlp;hta;htr;htw;ida;',
  'idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;mag;mam;maq;mar;mas;mat;mau;mav;maw;mda;mdb;mde;mdt;mdw;mdz;msc;',
  'msh;msh1;msh1xml;msh2;msh2xml;mshxml;msi;msp;mst;ops;pcd;pif;prf;prg;printer;pst;reg;rem;scf;scr;sct;shb;shs;shtm;',
  'shtml;soap;stm;svc;tmp;url;vb;vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;wsh',
].join('');

const columns = ['maxuploadfilesize', 'blockedattachments', 'expirechangetrackingindays'];

/** Reads them; what no row says is the product's default. Asks for nobody's rights: the limits hold for everyone.
 *  Refuses unavailable. */
export async function readOrganizationLimits(reader: Pick<Reader, 'query'>): Promise<OrganizationLimits> {
  const table = tables.get('organization');
  const known = table === undefined ? [] : columns.filter((name) => Object.hasOwn(table.columns, name));
  const [row = {}] =
    table === undefined || known.length === 0
      ? []
      : await reader.query({
          text: `select ${known.map(quote).join(', ')} from ${tableName(table)} limit 1`,
          values: [],
          name: 'organization_limits',
        });
  const number = (name: string, otherwise: number): number => {
    const found = row[name];
    return typeof found === 'number' ? found : otherwise;
  };
  const listed = row.blockedattachments;
  const blocked = (typeof listed === 'string' ? listed : blockedByDefault).toLowerCase().split(';');
  return {
    maxUploadBytes: number('maxuploadfilesize', 5_242_880),
    blocked: new Set(blocked.map((one) => one.trim()).filter((one) => one !== '')),
    trackingDays: number('expirechangetrackingindays', 7),
  };
}
