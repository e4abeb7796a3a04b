/** Tables of the platform that the product publishes but the generated reference lacks, written by hand from the
 *  published reference: one line each. */
export { principalobjectaccess } from './principalobjectaccess.ts';
export { privilege } from './privilege.ts';
export { roleprivileges } from './roleprivileges.ts';
export { organization } from './organization.ts';
export { usersettings } from './usersettings.ts';
export { savedquery } from './savedquery.ts';
export { userquery } from './userquery.ts';
export { msdyn_occhannelstateconfiguration } from './msdyn_occhannelstateconfiguration.ts';
export { msdyn_omnichannelconfiguration } from './msdyn_omnichannelconfiguration.ts';
export { msdyn_ocautomatedactionrule } from './msdyn_ocautomatedactionrule.ts';
export { msdyn_ocautomatedactionrulesmapping } from './msdyn_ocautomatedactionrulesmapping.ts';
export { asyncoperation } from './asyncoperation.ts';
export { duplicaterule } from './duplicaterule.ts';
export { duplicaterulecondition } from './duplicaterulecondition.ts';
export { bulkdeleteoperation } from './bulkdeleteoperation.ts';
export { activitymimeattachment } from './activitymimeattachment.ts';
