/** The tag of everything a deployment makes; its value is the deployment's prefix. Policies go by it: it is not to be changed. */
export const DEPLOYMENT_TAG = 'tenantscope:deployment';
